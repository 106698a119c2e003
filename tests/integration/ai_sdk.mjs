// A program on the Vercel AI SDK, the same against each of castor's APIs: run by test_sdks.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PIXEL, WORDS, call, cut, key, plan, require, twins, url, weather } from "./sdk.mjs";

const { Output, embedMany, generateText, jsonSchema, stepCountIs, streamText, tool } = require("ai");
const { createOpenAI } = require("@ai-sdk/openai");
const { createOpenAICompatible } = require("@ai-sdk/openai-compatible");
const { createGoogleGenerativeAI } = require("@ai-sdk/google");

const openai = createOpenAI({ baseURL: url + "/v1", apiKey: key });
const compatible = createOpenAICompatible({
  name: "castor",
  baseURL: url + "/v1",
  apiKey: key,
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const google = createGoogleGenerativeAI({ baseURL: url + "/v1beta", apiKey: key });

const MODELS = {
  responses: openai.responses("gpt-5.5"),
  chat: openai.chat("gpt-5.5"),
  compatible: compatible("gemini-3.8-flash"),
  google: google("gemini-3.8-flash"),
};
const EMBEDDINGS = {
  openai: openai.textEmbeddingModel("text-embedding-3-small"),
  google: google.textEmbeddingModel("gemini-embedding-001"),
};
const once = { maxRetries: 0 };

for (const [name, model] of Object.entries(MODELS)) {
  test(name + ": a whole answer", async () => {
    const answer = await generateText({ model, prompt: plan([{ thought: "Hm." }, { text: "Hello there." }]), ...once });
    assert.equal(answer.text, "Hello there.");
    assert.equal(answer.finishReason, "stop");
    assert.ok(answer.usage.inputTokens > 0 && answer.usage.outputTokens > 0);
  });

  test(name + ": a streamed answer with system text", async () => {
    const pieces = [];
    const answer = streamText({ model, instructions: "Be brief.", prompt: plan([{ text: WORDS }]), ...once });
    for await (const piece of answer.textStream) pieces.push(piece);
    assert.ok(pieces.length > 1, "the text came in one piece");
    assert.equal(pieces.join(""), WORDS);
    assert.ok((await answer.usage).outputTokens > 0);
  });

  test(name + ": an agent with parallel tools", async () => {
    const asked = [];
    const execute = async ({ city }) => (asked.push(city), "fine in " + city);
    const tools = {
      get_weather: tool({ description: weather.description, inputSchema: jsonSchema(weather.schema), execute }),
    };
    const prompt = plan(
      [{ thought: "Two first." }, call("Ulm"), call("Jena")],
      [{ thought: "And one." }, call("Bonn")],
      [{ text: "{{result:0}}, {{result:1}}, {{result:2}}" }],
    );
    const answer = streamText({ model, prompt, tools, stopWhen: stepCountIs(5), ...once });
    assert.match(await answer.text, /fine in Ulm, .*fine in Jena, .*fine in Bonn/);
    assert.deepEqual(asked.sort(), ["Bonn", "Jena", "Ulm"]);
    assert.equal((await answer.steps).length, 3);
  });

  test(name + ": an answer in a shape, and a picture", async () => {
    const content = [
      { type: "text", text: plan([{ json: { name: "Castor", count: 2 } }]) },
      { type: "file", data: Buffer.from(PIXEL, "base64"), mediaType: "image/png" },
    ];
    const output = Output.object({ schema: jsonSchema(twins) });
    const answer = await generateText({ model, messages: [{ role: "user", content }], output, ...once });
    assert.deepEqual(answer.output, { name: "Castor", count: 2 });
  });

  test(name + ": a stream that breaks is seen to have broken", async () => {
    const errors = [];
    const answer = streamText({ model, prompt: cut, onError: ({ error }) => errors.push(error), ...once });
    try {
      for await (const part of answer.fullStream) if (part.type === "error") errors.push(part.error);
    } catch (error) {
      errors.push(error);
    }
    assert.ok(errors.length > 0);
  });
}

for (const [name, model] of Object.entries(EMBEDDINGS))
  test(name + ": embeddings", async () => {
    const { embeddings, usage } = await embedMany({ model, values: ["cat", "dog"], ...once });
    assert.equal(embeddings.length, 2);
    assert.notDeepEqual(embeddings[0], embeddings[1]);
    assert.ok(usage);
  });
