// Loudness of a stream, 0…1, for the meters and the latency measurement.

/** The range of a meter: below the floor reads 0, at the ceiling 1. dBFS. */
const floorDb = -60;
const ceilingDb = -12;

export class LevelMeter {
  readonly #analyser: AnalyserNode;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(context: AudioContext, stream: MediaStream) {
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source = context.createMediaStreamSource(stream);
    this.#source.connect(this.#analyser);
  }

  /** The level of the last 20 ms or so. */
  read(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let energy = 0;
    for (const sample of this.#samples) energy += sample * sample;
    const db = 10 * Math.log10(energy / this.#samples.length + 1e-12);
    return Math.min(1, Math.max(0, (db - floorDb) / (ceilingDb - floorDb)));
  }

  close(): void {
    this.#source.disconnect();
  }
}
