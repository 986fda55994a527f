// Runs inside the page, before its own scripts: keeps both sides' sound on one clock, and every server event with its time.

/** @param {string | null} microphone a WAV in base64 to use as the microphone; null: the browser's own */
export function recordCall(microphone) {
  const blockSize = 4096;
  const events = [];
  const blocks = [];
  const peers = [];
  let context = null;
  let merger = null;
  let nextBlock = null;
  let dropouts = 0;

  const start = () => {
    if (context) return;
    context = new AudioContext({ sampleRate: 24000 });
    merger = context.createChannelMerger(2);
    const tap = context.createScriptProcessor(blockSize, 2, 1);
    tap.onaudioprocess = ({ inputBuffer, playbackTime }) => {
      // A block that the page was too busy to fetch would shift everything after it: count it, and fill it with silence.
      const late = nextBlock === null ? 0 : Math.round(((playbackTime - nextBlock) * context.sampleRate) / blockSize);
      for (let i = 0; i < late; i++, dropouts++) blocks.push([new Float32Array(blockSize), new Float32Array(blockSize)]);
      nextBlock = playbackTime + blockSize / context.sampleRate;
      blocks.push([inputBuffer.getChannelData(0).slice(), inputBuffer.getChannelData(1).slice()]);
    };
    merger.connect(tap);
    tap.connect(context.destination);
  };
  const listen = (stream, channel) => context.createMediaStreamSource(stream).connect(merger, 0, channel);

  const openMicrophone = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    start();
    // Opened even when it is not used: Firefox hides its network interfaces from a page that captures nothing.
    const own = await openMicrophone(constraints);
    const stream = microphone === null ? own : await playAsMicrophone();
    listen(stream, 0);
    return stream;
  };

  const playAsMicrophone = async () => {
    const bytes = Uint8Array.from(atob(microphone), (character) => character.charCodeAt(0));
    const player = context.createBufferSource();
    player.buffer = await context.decodeAudioData(bytes.buffer);
    const destination = context.createMediaStreamDestination();
    player.connect(destination);
    player.start();
    return destination.stream;
  };

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...parameters) {
      super(...parameters);
      peers.push(this);
      start();
      this.addEventListener("track", ({ track }) => listen(new MediaStream([track]), 1));
    }

    createDataChannel(...parameters) {
      const channel = super.createDataChannel(...parameters);
      channel.addEventListener("message", ({ data }) => events.push({ at: context.currentTime, ...JSON.parse(data) }));
      return channel;
    }
  };

  const pack = (channel) => {
    const samples = new Int16Array(blocks.length * blockSize);
    blocks.forEach((block, index) => block[channel].forEach((value, i) =>
      (samples[index * blockSize + i] = Math.max(-32768, Math.min(32767, Math.round(value * 32767))))));
    let text = "";
    const bytes = new Uint8Array(samples.buffer);
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  };

  window.parleyRecording = {
    async take() {
      const stats = [];
      for (const peer of peers)
        for (const entry of (await peer.getStats()).values())
          if (["inbound-rtp", "outbound-rtp", "remote-inbound-rtp", "transport"].includes(entry.type)) stats.push(entry);
      return { sampleRate: context.sampleRate, left: pack(0), right: pack(1), events, dropouts, stats };
    },
  };
}
