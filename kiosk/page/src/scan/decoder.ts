/** Worker: reads QR codes in camera frames with zxing-wasm, whose wasm file is served beside the page. */
import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import type { FrameAnswer, FrameQuestion } from './frames.ts';

declare const self: DedicatedWorkerGlobalScope;

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) },
});

const QUICK: ReaderOptions = { formats: ['QRCode'], tryHarder: false, tryInvert: false, tryDownscale: false, maxNumberOfSymbols: 2 };
const THOROUGH: ReaderOptions = { formats: ['QRCode'], tryHarder: true, tryInvert: true, tryDownscale: true, maxNumberOfSymbols: 2 };

self.onmessage = async (message: MessageEvent<FrameQuestion>) => {
  const { image, thorough } = message.data;
  const found = await readBarcodes(image, thorough ? THOROUGH : QUICK);
  const answer: FrameAnswer = { texts: found.filter((code) => code.isValid).map((code) => code.text) };
  self.postMessage(answer);
};
