// The official OpenAI SDK against castor: run by test_sdks.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PIXEL, WORDS, call, cut, key, plan, require, twins, url, weather } from "./sdk.mjs";

const { default: OpenAI } = require("openai");
const client = new OpenAI({ baseURL: url + "/v1", apiKey: key, maxRetries: 0 });

const MODEL = "gpt-5.5";
const chat = (content, more = {}) => ({ model: MODEL, messages: [{ role: "user", content }], ...more });
const chatTools = [
  { type: "function", function: { name: weather.name, description: weather.description, parameters: weather.schema } },
];
const tools = [{ type: "function", name: weather.name, parameters: weather.schema, strict: true }];
const cities = (calls) => calls.map((item) => JSON.parse(item.arguments).city);

test("chat: a whole answer", async () => {
  const answer = await client.chat.completions.create(chat(plan([{ thought: "Hm." }, { text: "Hello there." }])));
  assert.equal(answer.object, "chat.completion");
  assert.equal(answer.model, MODEL);
  assert.equal(answer.choices[0].message.content, "Hello there.");
  assert.equal(answer.choices[0].finish_reason, "stop");
  const { prompt_tokens, completion_tokens, total_tokens } = answer.usage;
  assert.ok(prompt_tokens > 0 && completion_tokens > 0);
  assert.equal(total_tokens, prompt_tokens + completion_tokens);
  assert.ok(answer._request_id);
});

test("chat: a streamed answer, with usage where it is asked for", async () => {
  const pieces = [];
  const body = chat(plan([{ text: WORDS }]), { stream_options: { include_usage: true } });
  const stream = client.chat.completions.stream(body).on("content", (piece) => pieces.push(piece));
  const answer = await stream.finalChatCompletion();
  assert.ok(pieces.length > 1, "the text came in one piece");
  assert.equal(pieces.join(""), WORDS);
  assert.equal(answer.choices[0].message.content, WORDS);
  assert.ok(answer.usage.completion_tokens > 0);
  for await (const chunk of await client.chat.completions.create(chat("Hello", { stream: true })))
    assert.equal(chunk.usage ?? null, null);
});

test("chat: parallel tools, results in another order than the calls", async () => {
  const content = plan([call("Ulm"), call("Jena")], [{ text: "Ulm: {{result:0}}, Jena: {{result:1}}" }]);
  for (const streamed of [false, true]) {
    const body = chat(content, { tools: chatTools });
    const first = streamed
      ? await client.chat.completions.stream(body).finalChatCompletion()
      : await client.chat.completions.create(body);
    const { message, finish_reason } = first.choices[0];
    assert.equal(finish_reason, "tool_calls");
    assert.deepEqual(cities(message.tool_calls.map((item) => item.function)), ["Ulm", "Jena"]);
    const results = message.tool_calls.map((item) => ({
      role: "tool",
      tool_call_id: item.id,
      content: "fine in " + JSON.parse(item.function.arguments).city,
    }));
    const messages = [...body.messages, message, ...results.reverse()];
    const second = await client.chat.completions.create({ ...body, messages });
    assert.equal(second.choices[0].message.content, "Ulm: fine in Ulm, Jena: fine in Jena");
  }
});

test("chat: the tool runner", async () => {
  const asked = [];
  const tool = {
    type: "function",
    function: {
      ...chatTools[0].function,
      parse: JSON.parse,
      function: ({ city }) => (asked.push(city), "fine"),
    },
  };
  const content = plan([{ thought: "Ask." }, call("Ulm")], [call("Jena")], [{ text: "{{result:0}} {{result:1}}" }]);
  const runner = client.chat.completions.runTools(chat(content, { stream: true, tools: [tool] }));
  assert.equal(await runner.finalContent(), "fine fine");
  assert.deepEqual(asked, ["Ulm", "Jena"]);
});

test("chat: an answer in a shape, a tool that must be called, a picture", async () => {
  const response_format = { type: "json_schema", json_schema: { name: "twins", strict: true, schema: twins } };
  const shaped = await client.chat.completions.parse(
    chat(plan([{ json: { name: "Castor", count: 2 } }]), { response_format }),
  );
  assert.deepEqual(shaped.choices[0].message.parsed, { name: "Castor", count: 2 });
  const forced = await client.chat.completions.create(chat("Hello", { tools: chatTools, tool_choice: "required" }));
  assert.equal(forced.choices[0].message.tool_calls[0].function.name, "get_weather");
  const picture = { type: "image_url", image_url: { url: "data:image/png;base64," + PIXEL } };
  const seen = await client.chat.completions.create(
    chat([{ type: "text", text: plan([{ text: "A pixel." }]) }, picture]),
  );
  assert.equal(seen.choices[0].message.content, "A pixel.");
});

test("responses: a whole answer", async () => {
  const answer = await client.responses.create({ model: MODEL, input: plan([{ text: "Hello there." }]) });
  assert.equal(answer.object, "response");
  assert.equal(answer.status, "completed");
  assert.equal(answer.output_text, "Hello there.");
  assert.equal(answer.model, MODEL);
  assert.ok(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0);
});

test("responses: a streamed answer, its events in their order", async () => {
  const pieces = [];
  const numbers = [];
  const stream = client.responses.stream({ model: MODEL, input: plan([{ thought: "Hm." }, { text: WORDS }]) });
  stream.on("response.output_text.delta", (event) => pieces.push(event.delta));
  stream.on("event", (event) => numbers.push(event.sequence_number));
  const answer = await stream.finalResponse();
  assert.ok(pieces.length > 1, "the text came in one piece");
  assert.equal(pieces.join(""), WORDS);
  assert.equal(answer.output_text, WORDS);
  assert.deepEqual(numbers, numbers.map((_, index) => index));
});

test("responses: tools, with reasoning that goes along", async () => {
  const include = ["reasoning.encrypted_content"];
  const content = plan([{ thought: "Ask both." }, call("Ulm"), call("Jena")], [{ text: "{{result:0}}, {{result:1}}" }]);
  for (const streamed of [false, true]) {
    const input = [{ role: "user", content }];
    const body = { model: MODEL, input, tools, include, store: false };
    const first = streamed ? await client.responses.stream(body).finalResponse() : await client.responses.create(body);
    const calls = first.output.filter((item) => item.type === "function_call");
    assert.deepEqual(cities(calls), ["Ulm", "Jena"]);
    const results = calls.map((item) => ({
      type: "function_call_output",
      call_id: item.call_id,
      output: "fine in " + JSON.parse(item.arguments).city,
    }));
    const second = await client.responses.create({ ...body, input: [...input, ...first.output, ...results] });
    assert.equal(second.output_text, "fine in Ulm, fine in Jena");
  }
});

test("responses: a tool of free text, and an answer in a shape", async () => {
  const text = 'say "twins" \\ \n 双子';
  const custom = [{ type: "custom", name: "shout", description: "Shouts" }];
  const input = plan([{ call: { name: "shout", args: { input: text } } }]);
  const called = await client.responses.create({ model: MODEL, input, tools: custom });
  const item = called.output.find((one) => one.type === "custom_tool_call");
  assert.deepEqual([item.name, item.input], ["shout", text]);
  const format = { type: "json_schema", name: "twins", strict: true, schema: twins };
  const shaped = await client.responses.parse({
    model: MODEL,
    input: plan([{ json: { name: "Castor", count: 2 } }]),
    text: { format },
  });
  assert.deepEqual(shaped.output_parsed, { name: "Castor", count: 2 });
});

test("embeddings: one and many, in both encodings", async () => {
  const model = "text-embedding-3-small";
  const one = await client.embeddings.create({ model, input: "cat" });
  const many = await client.embeddings.create({ model, input: ["cat", "dog"], encoding_format: "float" });
  assert.equal(one.data[0].embedding.length, many.data[0].embedding.length);
  one.data[0].embedding.forEach((value, i) => assert.ok(Math.abs(value - many.data[0].embedding[i]) < 1e-6));
  assert.deepEqual(many.data.map((item) => item.index), [0, 1]);
  assert.notDeepEqual(many.data[0].embedding, many.data[1].embedding);
  assert.ok(many.usage.prompt_tokens > 0);
  const short = await client.embeddings.create({ model, input: Array(150).fill("cat"), dimensions: 256 });
  assert.equal(short.data.length, 150);
  assert.equal(short.data[149].embedding.length, 256);
  const length = Math.hypot(...short.data[149].embedding);
  assert.ok(Math.abs(length - 1) < 1e-4, "of length " + length);
});

test("models: listed and one by one", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.ok(names.includes("gemini-3.8-flash"));
  const model = await client.models.retrieve("gemini-3.8-flash");
  assert.equal(model.object, "model");
  assert.equal(typeof model.created, "number");
  await assert.rejects(client.models.retrieve("no-such-model"), OpenAI.NotFoundError);
});

test("errors have their classes, texts and numbers", async () => {
  const other = new OpenAI({ baseURL: url + "/v1", apiKey: "wrong", maxRetries: 0 });
  await assert.rejects(other.chat.completions.create(chat("Hello")), OpenAI.AuthenticationError);
  await assert.rejects(client.chat.completions.create(chat("Hello", { n: 2 })), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.param, "n");
    assert.equal(error.type, "invalid_request_error");
    assert.ok(error.requestID);
    return true;
  });
  // A model of its own for each, because the key rests for it afterwards.
  const dry = plan({ fault: "429-minute" });
  for (const ask of [
    () => client.chat.completions.create(chat(dry, { model: "gemini-3.5-flash" })),
    () => client.responses.create({ model: "gemini-3.6-flash", input: dry, stream: true }),
  ])
    await assert.rejects(ask(), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.ok(Number(error.headers.get("retry-after")) > 0);
      return true;
    });
});

test("an error in the middle of a stream", async () => {
  await assert.rejects(client.chat.completions.stream(chat(cut)).finalChatCompletion(), OpenAI.APIError);
  const types = [];
  for await (const event of await client.responses.create({ model: MODEL, input: cut, stream: true }))
    types.push(event.type);
  assert.equal(types.at(-1), "response.failed");
});

test("a stream that is given up", async () => {
  const slow = "FAKE-PLAN: " + btoa(JSON.stringify([{ parts: [{ text: "word ".repeat(300) }], delay_ms: 100 }]));
  const stream = client.chat.completions.stream(chat(slow));
  stream.once("content", () => stream.abort());
  await assert.rejects(stream.finalChatCompletion(), OpenAI.APIUserAbortError);
});
