// @openai/agents-realtime with tools of an MCP server, which the Realtime server calls, each with the application's approval.
// usage: node agents-mcp.mjs --url URL --key KEY --phrases FILE --mcp URL

import { hostedMcpTool } from "@openai/agents-core";
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from "@openai/agents-realtime";
import { EventLog } from "./event-log.mjs";
import { follow } from "./reading.mjs";
import { options, report, versionOf } from "./report.mjs";

const { url, key, mcp } = options();
const events = new EventLog();
const faults = [];
const approved = [];

const transport = new OpenAIRealtimeWebSocket();
const unread = follow(transport, events);
const agent = new RealtimeAgent({
  name: "Forecaster",
  instructions: "You use tools.",
  tools: [
    hostedMcpTool({ serverLabel: "tools", serverUrl: mcp, requireApproval: "always" }),
    hostedMcpTool({ serverLabel: "gone", serverUrl: "http://127.0.0.1:9/mcp" }),
  ],
});
const session = new RealtimeSession(agent, { transport, config: { outputModalities: ["text"] } });
session.on("error", ({ error }) => faults.push(error instanceof Error ? String(error) : JSON.stringify(error)));
session.on("tool_approval_requested", (_context, _agent, { approvalItem }) => {
  approved.push(approvalItem.rawItem.name);
  void session.approve(approvalItem);
});

const address = new URL("v1/realtime?model=gpt-realtime", url);
address.protocol = address.protocol.replace("http", "ws");
await session.connect({ apiKey: key, url: address.href });
await events.after(0, "mcp_list_tools.completed");
await events.after(0, "mcp_list_tools.failed");
await events.after(0, "conversation.item.done", ({ item }) => item.type === "mcp_list_tools" && item.tools.length > 0);
const available = session.availableMcpTools.map(({ name }) => name);

const answers = [];
for (const tool of ["weather", "broken"]) {
  const mark = events.mark();
  session.sendMessage(`Use ${tool}.`);
  const { response } = await events.after(mark, "response.done", ({ response }) => response.output.some(({ type }) => type === "message"));
  answers.push(response.output.find(({ type }) => type === "message").content[0].text);
}
session.close();

report({ client: "@openai/agents-realtime", version: versionOf("@openai/agents-realtime"), faults, unread: [...unread], approved, available, answers, events: events.all });
