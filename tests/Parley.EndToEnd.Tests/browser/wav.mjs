// A 16 bit stereo WAV from two channels of little-endian samples in base64.

export function stereoWav(sampleRate, left, right) {
  const [l, r] = [Buffer.from(left, "base64"), Buffer.from(right, "base64")];
  const frames = Math.min(l.length, r.length) / 2;
  const wav = Buffer.alloc(44 + frames * 4);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + frames * 4, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 4, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(frames * 4, 40);
  for (let i = 0; i < frames; i++) {
    l.copy(wav, 44 + i * 4, i * 2, i * 2 + 2);
    r.copy(wav, 46 + i * 4, i * 2, i * 2 + 2);
  }
  return wav;
}
