/** What the page and its decoding worker say to each other. */
export interface FrameQuestion {
  image: ImageData;
  /** A thorough pass finds dim, tilted and inverted codes and costs about three quick ones. */
  thorough: boolean;
}
export interface FrameAnswer {
  texts: string[];
}
