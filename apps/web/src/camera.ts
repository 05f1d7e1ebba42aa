/** Pictures for the QR reader: grey, and no larger than it needs. */
const LONGEST = 1000;

export interface Grey {
  width: number;
  height: number;
  grey: Uint8Array;
}

/** A video frame or a picture in grey; null while there is none yet. */
export function greyOf(picture: HTMLVideoElement | ImageBitmap): Grey | null {
  const isVideo = picture instanceof HTMLVideoElement;
  const [wide, high] = isVideo ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  if (!wide || !high) return null;
  const scale = Math.min(1, LONGEST / Math.max(wide, high));
  const [width, height] = [Math.round(wide * scale), Math.round(high * scale)];
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const paint = canvas.getContext('2d', { willReadFrequently: true });
  if (!paint) return null;
  paint.drawImage(picture, 0, 0, width, height);
  const { data } = paint.getImageData(0, 0, width, height);
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at * 4, at * 4 + 3);
    grey[at] = (red * 77 + green * 150 + blue * 29) >> 8;
  }
  return { width, height, grey };
}
