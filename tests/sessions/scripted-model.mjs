// Plays the model: a server of Anthropic's messages on this machine, whose answers come from a script.
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** A call of one of the client's tools. */
export const use = (name, input) => ({ type: "tool_use", name, input });

/** A text, which ends the turn. */
export const say = (text) => ({ type: "text", text });

/** What is asked of the model: all that was said, and of it what is new since its last answer. */
class Request {
  constructor(messages) {
    this.text = JSON.stringify(messages);
    this.news = JSON.stringify(messages.slice(messages.findLastIndex((message) => message.role === "assistant") + 1));
  }

  /** What the client passes on from its language servers. */
  get diagnostics() {
    return (this.news.match(/<new-diagnostics>.*?<\/new-diagnostics>/g) ?? []).join("");
  }
}

export class ScriptedModel {
  requests = [];

  /**
   * @param script a generator: it takes the first request, yields an answer for each and gets the request that follows.
   * @param thinking how long an answer takes, in milliseconds.
   */
  constructor(script, thinking) {
    this.script = script;
    this.thinking = thinking;
    this.server = createServer((request, response) => this.serve(request, response));
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async serve(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    if (request.method !== "POST" || !request.url.startsWith("/v1/messages") || request.url.includes("count_tokens")) {
      response.writeHead(request.method === "POST" ? 200 : 404, { "content-type": "application/json" });
      response.end('{"input_tokens":1}');
      return;
    }

    const body = JSON.parse(Buffer.concat(parts).toString("utf8"));
    // Other requests of the client, for titles and the like, offer no tool that writes.
    const isSession = (body.tools ?? []).some((tool) => tool.name === "Write");
    const block = isSession ? await this.answer(new Request(body.messages)) : say("ok");
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events(body.model, block, this.requests.length)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  }

  async answer(request) {
    this.requests.push(request);
    await sleep(this.thinking);
    this.playing ??= this.script(request);
    return this.playing.next(request).value ?? say("The script has ended.");
  }
}

function* events(model, block, number) {
  const message = { id: `msg_${number}`, type: "message", role: "assistant", model, content: [], stop_reason: null };
  yield { type: "message_start", message: { ...message, usage: { input_tokens: 1, output_tokens: 1 } } };
  const isTool = block.type === "tool_use";
  const start = isTool ? { type: "tool_use", id: `toolu_${number}`, name: block.name, input: {} } : { type: "text", text: "" };
  yield { type: "content_block_start", index: 0, content_block: start };
  const delta = isTool ? { type: "input_json_delta", partial_json: JSON.stringify(block.input) } : { type: "text_delta", text: block.text };
  yield { type: "content_block_delta", index: 0, delta };
  yield { type: "content_block_stop", index: 0 };
  const end = { stop_reason: isTool ? "tool_use" : "end_turn", stop_sequence: null };
  yield { type: "message_delta", delta: end, usage: { output_tokens: 1 } };
  yield { type: "message_stop" };
}
