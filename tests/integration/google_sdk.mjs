// The official Google SDK against castor's native API: run by test_sdks.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PIXEL, WORDS, call, cut, key, plan, require, twins, url, weather } from "./sdk.mjs";

const { ApiError, FunctionCallingConfigMode, GoogleGenAI } = require("@google/genai");
const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });

const MODEL = "gemini-3.8-flash";
const CACHING = "gemini-3.5-flash";
const ask = (contents, config = {}, model = MODEL) => ({ model, contents, config });
const tools = [
  {
    functionDeclarations: [
      { name: weather.name, description: weather.description, parametersJsonSchema: weather.schema },
    ],
  },
];

test("a whole answer", async () => {
  const answer = await client.models.generateContent(ask(plan([{ thought: "Hm." }, { text: "Hello there." }])));
  assert.equal(answer.text, "Hello there.");
  assert.equal(answer.candidates[0].finishReason, "STOP");
  assert.ok(answer.usageMetadata.promptTokenCount > 0);
  assert.ok(answer.usageMetadata.candidatesTokenCount > 0);
  assert.ok(answer.responseId);
});

test("a streamed answer", async () => {
  const pieces = [];
  let last;
  for await (const chunk of await client.models.generateContentStream(ask(plan([{ text: WORDS }])))) {
    if (chunk.text) pieces.push(chunk.text);
    last = chunk;
  }
  assert.ok(pieces.length > 1, "the text came in one piece");
  assert.equal(pieces.join(""), WORDS);
  assert.equal(last.candidates[0].finishReason, "STOP");
  assert.ok(last.usageMetadata.totalTokenCount > 0);
});

test("parallel tools by hand, with system text and thoughts", async () => {
  const text = plan([{ thought: "Ask both." }, call("Ulm"), call("Jena")], [{ text: "{{result:1}}" }]);
  const contents = [{ role: "user", parts: [{ text }] }];
  const config = { tools, systemInstruction: "Be brief.", thinkingConfig: { includeThoughts: true } };
  const first = await client.models.generateContent(ask(contents, config));
  assert.deepEqual(first.functionCalls.map((item) => item.args.city), ["Ulm", "Jena"]);
  const parts = first.functionCalls.map(({ id, name, args }) => ({
    functionResponse: { id, name, response: { output: "fine in " + args.city } },
  }));
  contents.push(first.candidates[0].content, { role: "user", parts });
  assert.equal((await client.models.generateContent(ask(contents, config))).text, "fine in Jena");
});

test("a chat calls tools by itself", async () => {
  const asked = [];
  const tool = {
    tool: async () => tools[0],
    callTool: async (calls) =>
      calls.map(({ id, name, args }) => {
        asked.push(args.city);
        return { functionResponse: { id, name, response: { output: "fine" } } };
      }),
  };
  const chat = client.chats.create({ model: MODEL, config: { tools: [tool] } });
  const answer = await chat.sendMessage({ message: plan([call("Ulm")], [call("Jena")], [{ text: "{{result:1}}" }]) });
  assert.equal(answer.text, "fine");
  assert.deepEqual(asked, ["Ulm", "Jena"]);
});

test("an answer in a shape, a tool that must be called, a picture", async () => {
  const shape = { responseMimeType: "application/json", responseJsonSchema: twins };
  const shaped = await client.models.generateContent(ask(plan([{ json: { name: "Castor", count: 2 } }]), shape));
  assert.deepEqual(JSON.parse(shaped.text), { name: "Castor", count: 2 });
  const must = { tools, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } };
  const forced = await client.models.generateContent(ask("Hello", must));
  assert.equal(forced.functionCalls[0].name, "get_weather");
  const picture = { inlineData: { mimeType: "image/png", data: PIXEL } };
  const seen = await client.models.generateContent(ask([plan([{ text: "A pixel." }]), picture]));
  assert.equal(seen.text, "A pixel.");
});

test("embeddings and counted tokens", async () => {
  const model = "gemini-embedding-001";
  const config = { outputDimensionality: 256 };
  const both = await client.models.embedContent({ model, contents: ["cat", "dog"], config });
  assert.deepEqual(both.embeddings.map((item) => item.values.length), [256, 256]);
  assert.notDeepEqual(both.embeddings[0].values, both.embeddings[1].values);
  const counted = await client.models.countTokens({ model: MODEL, contents: "How long is this?" });
  assert.ok(counted.totalTokens > 0);
});

test("models: in pages and one by one", async () => {
  const names = [];
  for await (const model of await client.models.list({ config: { pageSize: 5 } })) names.push(model.name);
  assert.ok(names.includes("models/" + MODEL));
  assert.equal(new Set(names).size, names.length);
  const model = await client.models.get({ model: MODEL });
  assert.equal(model.name, "models/" + MODEL);
  assert.ok(model.inputTokenLimit > 0);
});

test("files: uploaded, used, listed, deleted", async () => {
  const blob = new Blob(["Castor and Pollux"], { type: "text/plain" });
  const file = await client.files.upload({ file: blob, config: { mimeType: "text/plain", displayName: "Twins" } });
  assert.equal(file.displayName, "Twins");
  assert.equal((await client.files.get({ name: file.name })).uri, file.uri);
  const part = { fileData: { fileUri: file.uri, mimeType: file.mimeType } };
  // Of two keys only the one that uploaded it may use it: often enough to notice.
  for (let i = 0; i < 4; i++)
    assert.equal((await client.models.generateContent(ask([plan([{ text: "Read." }]), part]))).text, "Read.");
  const names = [];
  for await (const listed of await client.files.list()) names.push(listed.name);
  assert.deepEqual(names, [file.name]);
  await client.files.delete({ name: file.name });
  await assert.rejects(client.files.get({ name: file.name }), ApiError);
});

test("caches: created, used, prolonged, deleted", async () => {
  const config = { contents: "word ".repeat(2000), ttl: "300s", displayName: "Words" };
  const cache = await client.caches.create({ model: CACHING, config });
  assert.equal(cache.displayName, "Words");
  for (let i = 0; i < 4; i++) {
    const answer = await client.models.generateContent(ask("Hello", { cachedContent: cache.name }, CACHING));
    assert.ok(answer.usageMetadata.cachedContentTokenCount > 1000);
  }
  const longer = await client.caches.update({ name: cache.name, config: { ttl: "600s" } });
  assert.ok(longer.expireTime > cache.expireTime);
  assert.equal((await client.caches.get({ name: cache.name })).model, "models/" + CACHING);
  await client.caches.delete({ name: cache.name });
  await assert.rejects(client.caches.get({ name: cache.name }), ApiError);
});

test("errors have their numbers", async () => {
  const other = new GoogleGenAI({ apiKey: "wrong", httpOptions: { baseUrl: url } });
  const failing = async (promise, status) => await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError, error);
    assert.equal(error.status, status);
    return true;
  });
  await failing(other.models.generateContent(ask("Hello")), 400);
  await failing(client.models.generateContent(ask("Hello", {}, "no-such-model")), 404);
  // A model of its own, because the keys rest for it afterwards.
  await failing(client.models.generateContent(ask(plan({ fault: "429-minute" }), {}, "gemini-3.6-flash")), 429);
});

test("an error in the middle of a stream", async () => {
  await assert.rejects(async () => {
    for await (const chunk of await client.models.generateContentStream(ask(cut))) assert.ok(chunk);
  });
});
