// @openai/agents-realtime in a page. Its microphone and its loudspeaker are the page's own, so that the test can speak and listen.

import { OpenAIRealtimeWebRTC, OpenAIRealtimeWebSocket, RealtimeSession } from "@openai/agents-realtime";
import { agent, historyOf } from "./agents.mjs";
import { converse } from "./conversation.mjs";
import { EventLog } from "./event-log.mjs";
import { follow } from "./reading.mjs";

const rate = 48_000;

window.talk = async ({ calls: url, phrases }) => {
  const context = new AudioContext({ sampleRate: rate });
  const microphone = context.createMediaStreamDestination();
  const loudspeaker = new Audio();
  const heard = [];
  const ear = context.createScriptProcessor(4096, 1, 1);
  ear.onaudioprocess = ({ inputBuffer }) => heard.push(inputBuffer.getChannelData(0).slice());
  ear.connect(context.destination);

  const events = new EventLog();
  const calls = [];
  const faults = [];
  const transport = new OpenAIRealtimeWebRTC({ mediaStream: microphone.stream, audioElement: loudspeaker });
  const unread = follow(transport, events);
  const session = new RealtimeSession(agent(calls), { transport });
  session.on("error", ({ error }) => faults.push(error));

  await session.connect({ apiKey: await token(), url });
  const { callId } = transport;
  context.createMediaStreamSource(loudspeaker.srcObject).connect(ear);

  const dialogue = await converse({
    events,
    async say(words) {
      const samples = Uint8Array.from(atob(phrases[words]), (character) => character.charCodeAt(0));
      const player = context.createBufferSource();
      const pcm = new Int16Array(samples.buffer);
      player.buffer = context.createBuffer(1, pcm.length, rate);
      player.buffer.copyToChannel(Float32Array.from(pcm, (sample) => sample / 32768), 0);
      player.connect(microphone);
      await new Promise((resolve) => {
        player.onended = resolve;
        player.start();
      });
    },
    soundBegan: (mark) => events.after(mark, "output_audio_buffer.started"),
    played: (id) => events.after(0, "output_audio_buffer.stopped", ({ response_id }) => response_id === id),
    write: (text) => session.sendMessage(text),
  });
  const history = historyOf(session);
  session.close();

  const samples = Int16Array.from(heard.flatMap((block) => [...block]), (value) => Math.max(-1, Math.min(1, value)) * 32767);
  const bytes = new Uint8Array(samples.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { ...dialogue, calls, callId, history, faults: faults.map(describe), unread: [...unread], events: events.all, heard: { rate, pcm: btoa(text) } };
};

/** In a page the SDK cannot set headers: the token travels as a subprotocol of the WebSocket. */
window.write = async ({ socket: url, text }) => {
  const events = new EventLog();
  const transport = new OpenAIRealtimeWebSocket();
  const unread = follow(transport, events);
  const session = new RealtimeSession(agent([]), { transport });
  await session.connect({ apiKey: await token(), url });
  session.sendMessage(text);
  const { response } = await events.after(0, "response.done");
  session.close();
  return { answer: response.output[0].content[0].transcript, unread: [...unread], events: events.all };
};

const token = async () => (await (await fetch("/token", { method: "POST" })).json()).value;

const describe = (error) => (error instanceof Error ? String(error) : JSON.stringify(error));
