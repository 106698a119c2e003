// What the scripts of the SDKs share: where castor and the packages are, and how the fake Gemini is told what to say.
import { createRequire } from "node:module";

export const require = createRequire(process.env.NPM_MODULES + "/");
export const url = process.env.CASTOR_URL;
export const key = process.env.CASTOR_KEY;

// One list of parts for each turn.
export const plan = (...steps) => "FAKE-PLAN: " + Buffer.from(JSON.stringify(steps)).toString("base64");

export const weather = {
  name: "get_weather",
  description: "The weather in a city",
  schema: {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 } },
    required: ["city"],
    additionalProperties: false,
  },
};
export const call = (city) => ({ call: { name: "get_weather", args: { city } } });

// An answer that comes in pieces, and what becomes of it when its stream is cut.
export const WORDS = "one two three four five six seven";
export const cut = plan({ parts: [{ text: WORDS }], fault: "cut", after_chunks: 1 });

export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const twins = {
  type: "object",
  properties: { name: { type: "string" }, count: { type: "integer" } },
  required: ["name", "count"],
  additionalProperties: false,
};
