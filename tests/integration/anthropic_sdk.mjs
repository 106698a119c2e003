// The official Anthropic SDK against castor: run by test_sdks.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PIXEL, call, key, plan, require, url, weather as city } from "./sdk.mjs";

const { default: Anthropic } = require("@anthropic-ai/sdk");
const { betaTool } = require("@anthropic-ai/sdk/helpers/beta/json-schema");

const MODEL = "claude-sonnet-5-5";

const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });

const ask = (content, more = {}) => ({ model: MODEL, max_tokens: 4000, messages: [{ role: "user", content }], ...more });
const textOf = (message) => message.content.filter((block) => block.type === "text").map((block) => block.text).join("");

const weather = { name: city.name, description: city.description, input_schema: city.schema };

test("a whole answer", async () => {
  const message = await client.messages.create(ask(plan([{ text: "Hello there." }])));
  assert.equal(textOf(message), "Hello there.");
  assert.equal(message.role, "assistant");
  assert.equal(message.model, MODEL);
  assert.equal(message.stop_reason, "end_turn");
  assert.ok(message.usage.input_tokens > 0);
  assert.ok(message.usage.output_tokens > 0);
  assert.ok(message._request_id);
});

test("a streamed answer", async () => {
  const pieces = [];
  const stream = client.messages.stream(ask(plan([{ text: "one two three four five six seven" }])));
  stream.on("text", (text) => pieces.push(text));
  const message = await stream.finalMessage();
  assert.ok(pieces.length > 1, "the text came in one piece");
  assert.equal(pieces.join(""), "one two three four five six seven");
  assert.equal(textOf(message), pieces.join(""));
  assert.equal(message.stop_reason, "end_turn");
  assert.ok(message.usage.output_tokens > 0);
});

test("raw events come in their order", async () => {
  const types = [];
  for await (const event of await client.messages.create(ask("Hello", { stream: true }))) types.push(event.type);
  assert.equal(types[0], "message_start");
  assert.deepEqual(types.slice(-2), ["message_delta", "message_stop"]);
});

test("thinking is shown when asked for, and its blocks may come back", async () => {
  const thinking = { type: "enabled", budget_tokens: 2048 };
  const content = plan([{ thought: "Let me see." }, { text: "Seen." }], [{ text: "Still seen." }]);
  const first = await client.messages.create(ask(content, { thinking }));
  assert.equal(first.content.find((block) => block.type === "thinking")?.thinking, "Let me see.");
  const messages = [
    { role: "user", content },
    { role: "assistant", content: first.content },
    { role: "user", content: "And now?" },
  ];
  const second = await client.messages.create(ask("", { thinking, messages }));
  assert.equal(textOf(second), "Still seen.");
});

test("parallel tools by hand, results in another order than the calls", async () => {
  const content = plan([call("Ulm"), call("Jena")], [{ text: "Ulm: {{result:0}}, Jena: {{result:1}}" }]);
  const first = await client.messages.create(ask(content, { tools: [weather] }));
  assert.equal(first.stop_reason, "tool_use");
  const calls = first.content.filter((block) => block.type === "tool_use");
  assert.deepEqual(calls.map((block) => block.input), [{ city: "Ulm" }, { city: "Jena" }]);
  const results = calls.map((block) => ({
    type: "tool_result",
    tool_use_id: block.id,
    content: block.input.city === "Ulm" ? "rain" : [{ type: "text", text: "sun" }],
  }));
  const messages = [
    { role: "user", content },
    { role: "assistant", content: first.content },
    { role: "user", content: results.reverse() },
  ];
  const second = await client.messages.create(ask("", { tools: [weather], messages }));
  assert.equal(textOf(second), "Ulm: rain, Jena: sun");
});

for (const stream of [false, true]) {
  test(`the tool runner${stream ? ", streaming" : ""}`, async () => {
    const seen = [];
    const tool = betaTool({
      name: weather.name,
      description: weather.description,
      inputSchema: weather.input_schema,
      run: ({ city }) => (seen.push(city), `fine in ${city}`),
    });
    const content = plan([call("Ulm")], [call("Jena")], [{ text: "It is {{result:1}}." }]);
    const runner = client.beta.messages.toolRunner(ask(content, { tools: [tool], stream }));
    const message = await runner;
    const final = stream ? await runner.runUntilDone() : message;
    assert.deepEqual(seen, ["Ulm", "Jena"]);
    assert.equal(textOf(final), "It is fine in Jena.");
  });
}

test("a forced tool", async () => {
  const message = await client.messages.create(
    ask("Weather!", { tools: [weather], tool_choice: { type: "tool", name: "get_weather" } }));
  assert.equal(message.content.find((block) => block.type === "tool_use")?.name, "get_weather");
});

test("structured output", async () => {
  const schema = {
    type: "object",
    properties: { name: { type: "string" }, count: { type: "integer" } },
    required: ["name", "count"],
    additionalProperties: false,
  };
  const message = await client.messages.parse(ask("Count.", { output_config: { format: { type: "json_schema", schema } } }));
  assert.equal(typeof message.parsed_output.name, "string");
  assert.ok(Number.isInteger(message.parsed_output.count));
});

test("an image", async () => {
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } };
  const message = await client.messages.create(ask([image, { type: "text", text: "What is it?" }]));
  assert.match(textOf(message), /What is it/);
});

test("system text, stop sequences, a limit of tokens", async () => {
  const message = await client.messages.create(
    ask(plan([{ text: "before END after" }]), { system: "Be brief.", stop_sequences: ["END"] }));
  assert.equal(message.stop_reason, "stop_sequence");
  assert.equal(message.stop_sequence, "END");
  assert.equal(textOf(message).trim(), "before");
});

test("counting tokens", async () => {
  const { model, messages } = ask("Count these words, please.");
  const { input_tokens } = await client.messages.countTokens({ model, messages });
  assert.ok(input_tokens > 3);
  const more = await client.messages.countTokens({ model, messages, tools: [weather] });
  assert.ok(more.input_tokens > input_tokens);
});

test("the list of models, page by page, and one of them", async () => {
  const ids = [];
  for await (const model of client.models.list({ limit: 5 })) ids.push(model.id);
  assert.ok(ids.length > 5);
  assert.equal(new Set(ids).size, ids.length);
  const model = await client.models.retrieve(ids[0]);
  assert.equal(model.id, ids[0]);
  assert.equal(model.type, "model");
});

test("errors are of the classes that programs look at", async () => {
  const other = new Anthropic({ baseURL: process.env.CASTOR_URL, apiKey: "wrong", maxRetries: 0 });
  await assert.rejects(other.messages.create(ask("Hello")), Anthropic.AuthenticationError);
  await assert.rejects(client.messages.create(ask("Hello", { model: "no-such-model" })), Anthropic.NotFoundError);
  await assert.rejects(client.models.retrieve("no-such-model"), Anthropic.NotFoundError);
  await assert.rejects(client.messages.create(ask([{ type: "image", source: { type: "base64" } }])), (error) => {
    assert.ok(error instanceof Anthropic.BadRequestError);
    assert.match(error.message, /messages/);
    assert.ok(error.requestID);
    return true;
  });
  // A model of its own, because the key rests for it afterwards.
  const dry = "FAKE-PLAN: " + Buffer.from(JSON.stringify([{ fault: "429-minute" }])).toString("base64");
  await assert.rejects(client.messages.create(ask(dry, { model: "gemini-3.5-flash" })), (error) => {
    assert.ok(error instanceof Anthropic.RateLimitError);
    assert.ok(Number(error.headers.get("retry-after")) > 0);
    return true;
  });
});

test("an error in the middle of a stream", async () => {
  const broken = plan({ parts: [{ text: "one two three four five" }], fault: "cut", after_chunks: 1 });
  await assert.rejects(client.messages.stream(ask(broken)).finalMessage(), Anthropic.APIError);
});

test("a stream that is given up", async () => {
  const stream = client.messages.stream(ask(plan({ parts: [{ text: "word ".repeat(300) }], delay_ms: 100 })));
  stream.once("text", () => stream.abort());
  await assert.rejects(stream.finalMessage(), Anthropic.APIUserAbortError);
});
