/** The kiosk's camera: opens it, keeps it open, and hands frames to the decoding worker. */
import type { FrameAnswer, FrameQuestion } from './frames.ts';

export type CameraState = 'starting' | 'seeing' | 'missing';
export interface CameraListener {
  state(state: CameraState): void;
  code(text: string): void;
}

const RETRY_MS = 5000;
const FRAME_GAP_MS = 60;
const THOROUGH_EVERY = 3;
/** Wide enough for a 57-module code at arm's length, small enough for one core. */
const FRAME_WIDTH = 960;

export class Camera {
  readonly #video: HTMLVideoElement;
  readonly #listener: CameraListener;
  readonly #worker: Worker;
  readonly #canvas = document.createElement('canvas');
  #stream: MediaStream | null = null;
  #timer = 0;
  #frames = 0;
  #stopped = false;

  constructor(video: HTMLVideoElement, listener: CameraListener) {
    this.#video = video;
    this.#listener = listener;
    this.#worker = new Worker(new URL('./decoder.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = (message: MessageEvent<FrameAnswer>) => this.#answered(message.data);
    this.#worker.onerror = () => this.#lost();
  }

  async open(): Promise<void> {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
      });
    } catch {
      this.#lost();
      return;
    }
    if (this.#stopped) {
      this.#release();
      return;
    }
    this.#stream.getVideoTracks()[0]?.addEventListener('ended', () => this.#lost());
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    this.#listener.state('seeing');
    this.#later(FRAME_GAP_MS);
  }

  close(): void {
    this.#stopped = true;
    window.clearTimeout(this.#timer);
    this.#release();
    this.#worker.terminate();
  }

  #release(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }

  #lost(): void {
    if (this.#stopped) return;
    this.#release();
    this.#listener.state('missing');
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.open(), RETRY_MS);
  }

  #later(milliseconds: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#look(), milliseconds);
  }

  #look(): void {
    if (this.#stopped || this.#stream === null) return;
    const image = this.#frame();
    if (image === null) {
      this.#later(FRAME_GAP_MS);
      return;
    }
    this.#frames += 1;
    const question: FrameQuestion = { image, thorough: this.#frames % THOROUGH_EVERY === 0 };
    this.#worker.postMessage(question, [image.data.buffer]);
  }

  #frame(): ImageData | null {
    const { videoWidth, videoHeight } = this.#video;
    if (videoWidth === 0) return null;
    const scale = Math.min(1, FRAME_WIDTH / videoWidth);
    this.#canvas.width = Math.round(videoWidth * scale);
    this.#canvas.height = Math.round(videoHeight * scale);
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) return null;
    context.drawImage(this.#video, 0, 0, this.#canvas.width, this.#canvas.height);
    return context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #answered(answer: FrameAnswer): void {
    for (const text of answer.texts) this.#listener.code(text);
    this.#later(FRAME_GAP_MS);
  }
}
