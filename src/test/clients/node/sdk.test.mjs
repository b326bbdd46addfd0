/**
 * The official SDK for Node, unmodified, against Tollgate: told nothing but OPENAI_BASE_URL and OPENAI_API_KEY.
 *
 * Tollgate's provider is the simulated one. It echoes what it was told ("… You said: hi") and misbehaves when a request
 * header asks for it.
 */

import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';

const MODEL = 'gpt-4o-mini';
const REASONING_MODEL = 'gpt-5';
const ORIGIN = process.env.OPENAI_BASE_URL.replace(/\/v1$/, '');
const PATIENCE_MS = 30_000;
const HI = [{ role: 'user', content: 'hi' }];
const ANSWER_TO_HI = `This is a simulated answer from ${MODEL}. You said: hi`;
const WEATHER_PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string', enum: ['Paris', 'Rome'] } },
  required: ['city'],
  additionalProperties: false,
};
const SECOND_OF_SOUND = Buffer.alloc(32_000);

globalThis.File ??= File; // which the SDK takes uploads in, and Node 18 has elsewhere

const client = new OpenAI({ maxRetries: 0, timeout: PATIENCE_MS });

const fault = (name) => ({ headers: { 'x-simulate-fault': name } });
const contentOf = (completion) => completion.choices[0].message.content;
const textOf = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
const calledWith = (call) => [call.function.name, JSON.parse(call.function.arguments)];

async function all(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('OpenAI SDK for Node', { timeout: 2 * PATIENCE_MS }, () => {
  describe('a chat', () => {
    it('answers and says what was used', async () => {
      const completion = await client.chat.completions.create({ model: MODEL, messages: HI });
      assert.equal(completion.model, MODEL);
      assert.equal(contentOf(completion), ANSWER_TO_HI);
      assert.equal(completion.choices[0].finish_reason, 'stop');
      const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = completion.usage;
      assert.ok(input > 0 && output > 0);
      assert.equal(total, input + output);
    });

    it('gives as many choices as were asked for', async () => {
      const completion = await client.chat.completions.create({ model: MODEL, messages: HI, n: 3 });
      assert.deepEqual(
        completion.choices.map((choice) => choice.index),
        [0, 1, 2],
      );
    });

    it('ends at the bound on its length', async () => {
      const completion = await client.chat.completions.create({
        model: MODEL,
        messages: HI,
        max_completion_tokens: 4,
      });
      assert.equal(completion.choices[0].finish_reason, 'length');
      assert.equal(completion.usage.completion_tokens, 4);
    });

    it('counts reasoning tokens', async () => {
      const completion = await client.chat.completions.create({ model: REASONING_MODEL, messages: HI });
      assert.ok(completion.usage.completion_tokens_details.reasoning_tokens > 0);
    });

    it('keeps text of any script', async () => {
      const said = 'naïve — 日本語 👩‍👩‍👧 \u2028 "quoted" \\ end';
      const completion = await client.chat.completions.create({
        model: MODEL,
        messages: [{ role: 'user', content: said }],
      });
      assert.ok(contentOf(completion).endsWith(`You said: ${said}`));
    });

    it('answers the Azure client', async () => {
      const azure = new AzureOpenAI({
        baseURL: `${ORIGIN}/openai`,
        apiKey: process.env.OPENAI_API_KEY,
        apiVersion: '2024-10-21',
        maxRetries: 0,
      });
      assert.equal(contentOf(await azure.chat.completions.create({ model: MODEL, messages: HI })), ANSWER_TO_HI);
    });

    it('completes a prompt the old way', async () => {
      const completion = await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'hi' });
      assert.match(completion.choices[0].text, /You said: hi$/);
    });
  });

  describe('a chat stream', () => {
    it('comes in chunks, without usage where none was asked for', async () => {
      const chunks = await all(await client.chat.completions.create({ model: MODEL, messages: HI, stream: true }));
      assert.ok(chunks.length > 3);
      assert.equal(textOf(chunks), ANSWER_TO_HI);
      assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
      assert.ok(chunks.every((chunk) => chunk.choices.length === 1 && !('usage' in chunk)));
    });

    it('ends with the usage where it was asked for', async () => {
      const chunks = await all(
        await client.chat.completions.create({
          model: MODEL,
          messages: HI,
          stream: true,
          stream_options: { include_usage: true },
        }),
      );
      const last = chunks.pop();
      const whole = await client.chat.completions.create({ model: MODEL, messages: HI });
      assert.deepEqual(last.choices, []);
      assert.deepEqual(last.usage, whole.usage);
      assert.ok(chunks.every((chunk) => chunk.choices.length === 1 && chunk.usage === null));
    });

    it('is put together by the stream helper', async () => {
      const stream = client.chat.completions.stream({ model: MODEL, messages: HI });
      assert.equal(contentOf(await stream.finalChatCompletion()), ANSWER_TO_HI);
    });

    it('may be left in the middle', async () => {
      const endless = { headers: { 'x-simulate-words': '50000', 'x-simulate-chunk-ms': '20' } };
      const request = { model: MODEL, messages: HI, stream: true };
      for await (const chunk of await client.chat.completions.create(request, endless)) {
        assert.ok(chunk.id);
        break;
      }
      await nothingInFlight();
      assert.equal(contentOf(await client.chat.completions.create({ model: MODEL, messages: HI })), ANSWER_TO_HI);
    });

    it('raises where it is cut in the middle', async () => {
      const chunks = [];
      await assert.rejects(
        async () => {
          const request = { model: MODEL, messages: HI, stream: true };
          for await (const chunk of await client.chat.completions.create(request, fault('reset-midstream'))) {
            chunks.push(chunk);
          }
        },
        isError(OpenAI.APIError, { code: 'upstream_cut_off' }),
      );
      assert.ok(textOf(chunks).length > 0 && ANSWER_TO_HI.startsWith(textOf(chunks)));
    });
  });

  describe('tools', () => {
    const description = 'The weather in a city';
    const tools = [{ type: 'function', function: { name: 'weather', description, parameters: WEATHER_PARAMETERS } }];
    const question = { role: 'user', content: 'Is it raining in Paris?' };

    it('are called and their result is used', async () => {
      const asked = await client.chat.completions.create({ model: MODEL, messages: [question], tools });
      assert.equal(asked.choices[0].finish_reason, 'tool_calls');
      const { message } = asked.choices[0];
      assert.equal(message.tool_calls.length, 1);
      const [call] = message.tool_calls;
      assert.deepEqual(calledWith(call), ['weather', { city: 'Paris' }]);

      const result = { role: 'tool', tool_call_id: call.id, content: 'raining in Paris' };
      const messages = [question, message, result];
      const answered = await client.chat.completions.create({ model: MODEL, messages, tools });
      assert.match(contentOf(answered), /The tool returned: raining in Paris$/);
    });

    it('are called in a stream', async () => {
      const stream = client.chat.completions.stream({ model: MODEL, messages: [question], tools });
      const completion = await stream.finalChatCompletion();
      assert.deepEqual(completion.choices[0].message.tool_calls.map(calledWith), [['weather', { city: 'Paris' }]]);
    });

    for (const stream of [false, true]) {
      it(`are run by the helper, ${stream ? 'streaming' : 'not streaming'}`, async () => {
        const runner = client.chat.completions.runTools({
          model: MODEL,
          messages: [question],
          stream,
          tools: [
            {
              type: 'function',
              function: {
                name: 'weather',
                description,
                parameters: WEATHER_PARAMETERS,
                parse: JSON.parse,
                function: ({ city }) => `raining in ${city}`,
              },
            },
          ],
        });
        assert.match(await runner.finalContent(), /The tool returned: raining in Paris$/);
      });
    }

    it('are called in a response', async () => {
      const ask = { model: MODEL, tools: [{ type: 'function', name: 'weather', parameters: WEATHER_PARAMETERS }] };
      const asked = await client.responses.create({ ...ask, input: question.content });
      assert.equal(asked.output.length, 1);
      const [call] = asked.output;
      assert.deepEqual([call.name, JSON.parse(call.arguments)], ['weather', { city: 'Paris' }]);

      const input = [{ type: 'function_call_output', call_id: call.call_id, output: 'raining in Paris' }];
      const answered = await client.responses.create({ ...ask, previous_response_id: asked.id, input });
      assert.ok(answered.output_text);
    });
  });

  describe('structured output', () => {
    const Solution = z.object({
      steps: z.array(z.object({ explanation: z.string(), result: z.number() })),
      correct: z.boolean(),
    });

    it('is parsed from a chat', async () => {
      const completion = await client.chat.completions.parse({
        model: MODEL,
        messages: HI,
        response_format: zodResponseFormat(Solution, 'solution'),
      });
      assert.equal(completion.choices[0].message.parsed.correct, true);
    });

    it('is parsed from a response', async () => {
      const response = await client.responses.parse({
        model: MODEL,
        input: 'hi',
        text: { format: zodTextFormat(Solution, 'solution') },
      });
      assert.equal(response.output_parsed.correct, true);
    });
  });

  describe('responses', () => {
    it('answer and say what was used', async () => {
      const response = await client.responses.create({ model: REASONING_MODEL, input: 'hi' });
      assert.equal(response.status, 'completed');
      assert.match(response.output_text, /You said: hi$/);
      assert.ok(response.usage.output_tokens_details.reasoning_tokens > 0);
    });

    it('stream typed events in order', async () => {
      const events = await all(await client.responses.create({ model: MODEL, input: 'hi', stream: true }));
      assert.equal(events[0].type, 'response.created');
      assert.equal(events.at(-1).type, 'response.completed');
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        [...events.keys()],
      );
      const deltas = events.filter((event) => event.type === 'response.output_text.delta');
      assert.equal(deltas.map((event) => event.delta).join(''), ANSWER_TO_HI);
      assert.equal(events.at(-1).response.usage.output_tokens, deltas.length);
    });

    it('are put together by the stream helper', async () => {
      const response = await client.responses.stream({ model: MODEL, input: 'hi' }).finalResponse();
      assert.equal(response.output_text, ANSWER_TO_HI);
    });

    it('go on from an earlier one', async () => {
      const first = await client.responses.create({ model: MODEL, input: 'hi' });
      const next = { model: MODEL, input: 'and again' };
      const second = await client.responses.create({ ...next, previous_response_id: first.id });
      const alone = await client.responses.create(next);
      assert.equal(second.previous_response_id, first.id);
      assert.ok(second.usage.input_tokens > alone.usage.input_tokens);
    });

    it('are kept until they are deleted', async () => {
      const { id } = await client.responses.create({ model: MODEL, input: 'hi' });
      assert.equal((await client.responses.retrieve(id)).output_text, ANSWER_TO_HI);
      const [item] = await all(client.responses.inputItems.list(id));
      assert.equal(item.content[0].text, 'hi');
      await client.responses.delete(id);
      await assert.rejects(client.responses.retrieve(id), isError(OpenAI.NotFoundError));
    });

    it('raise where they are cut in the middle', async () => {
      const request = { model: MODEL, input: 'hi', stream: true };
      const cut = async () => all(await client.responses.create(request, fault('reset-midstream')));
      await assert.rejects(cut, isError(OpenAI.APIError, { code: 'upstream_cut_off' }));
    });
  });

  describe('embeddings', () => {
    const model = 'text-embedding-3-small';

    it('come as base64 by default and are decoded', async () => {
      const { data } = await client.embeddings.create({ model, input: ['hi', 'bye'] });
      const [hi, bye] = data.map((item) => item.embedding);
      assert.equal(hi.length, 1536);
      assert.ok(Math.abs(Math.hypot(...hi) - 1) < 1e-4);
      assert.notDeepEqual(hi, bye);
    });

    it('are the same as numbers', async () => {
      const request = { model, input: 'hi', dimensions: 8 };
      const decoded = await client.embeddings.create(request);
      const numbers = await client.embeddings.create({ ...request, encoding_format: 'float' });
      assert.deepEqual(numbers.data[0].embedding.map(Math.fround), decoded.data[0].embedding);
      assert.deepEqual(numbers.usage, decoded.usage);
    });
  });

  describe('models', () => {
    it('are listed', async () => {
      const ids = (await all(client.models.list())).map((model) => model.id);
      for (const id of [MODEL, REASONING_MODEL, 'text-embedding-3-small']) assert.ok(ids.includes(id), id);
    });

    it('are told of one by one', async () => {
      assert.equal((await client.models.retrieve(MODEL)).id, MODEL);
    });
  });

  describe('moderations', () => {
    it('flag what should be', async () => {
      const request = { model: 'omni-moderation-latest', input: ['hello', 'simulate-flagged'] };
      const { results } = await client.moderations.create(request);
      assert.deepEqual(
        results.map((result) => result.flagged),
        [false, true],
      );
    });
  });

  describe('images', () => {
    const model = 'gpt-image-1';

    it('are generated', async () => {
      const request = { model, prompt: 'a grey pixel', size: '1024x1024', quality: 'low' };
      const images = await client.images.generate(request);
      assert.ok(images.data[0].b64_json);
      assert.equal(images.usage.output_tokens, 272);
    });

    it('are edited from an upload', async () => {
      const image = await toFile(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'pixel.png', { type: 'image/png' });
      const images = await client.images.edit({ model, prompt: 'greyer', image });
      assert.ok(images.usage.input_tokens_details.image_tokens > 0);
    });
  });

  describe('audio', () => {
    const hello = () => toFile(SECOND_OF_SOUND, 'hello.wav');

    it('is spoken as bytes', async () => {
      const request = { model: 'tts-1', voice: 'alloy', input: 'Hello, Tollgate!', response_format: 'wav' };
      const sound = Buffer.from(await (await client.audio.speech.create(request)).arrayBuffer());
      assert.equal(sound.toString('latin1', 0, 4), 'RIFF');
      assert.equal(sound.length, 8 + sound.readUInt32LE(4));
    });

    for (const model of ['whisper-1', 'gpt-4o-mini-transcribe']) {
      it(`is transcribed from an upload by ${model}`, async () => {
        const transcription = await client.audio.transcriptions.create({ model, file: await hello() });
        assert.equal(transcription.text, 'This is a simulated transcription of hello.wav.');
      });
    }

    it('is transcribed to plain text', async () => {
      const request = { model: 'whisper-1', file: await hello(), response_format: 'text' };
      const text = await client.audio.transcriptions.create(request);
      assert.equal(text, 'This is a simulated transcription of hello.wav.\n');
    });
  });

  describe('files', () => {
    it('are uploaded, listed, read and deleted', async () => {
      const content = Buffer.from([...Array(256).keys()]);
      const upload = { file: await toFile(content, 'every-byte.bin'), purpose: 'user_data' };
      const file = await client.files.create(upload);
      assert.deepEqual([file.filename, file.bytes], ['every-byte.bin', 256]);
      assert.deepEqual(await client.files.retrieve(file.id), file);
      assert.ok((await all(client.files.list())).some((each) => each.id === file.id));
      assert.deepEqual(Buffer.from(await (await client.files.content(file.id)).arrayBuffer()), content);
      assert.ok((await client.files.delete(file.id)).deleted);
      await assert.rejects(client.files.retrieve(file.id), isError(OpenAI.NotFoundError));
    });

    it('are listed over several pages', async () => {
      const made = [];
      for (let i = 0; i < 5; i++) {
        const file = await toFile(Buffer.from('x'), `${i}.txt`);
        made.push((await client.files.create({ file, purpose: 'user_data' })).id);
      }
      const page = await client.files.list({ limit: 2 });
      assert.equal(page.data.length, 2);
      assert.ok(page.hasNextPage());
      assert.deepEqual(
        (await all(page)).map((file) => file.id),
        made.reverse(),
      );
      for (const id of made) await client.files.delete(id);
    });
  });

  describe('an error', () => {
    const chat = (options) => client.chat.completions.create({ model: MODEL, messages: HI }, options);

    it('is 401 for an unknown key', async () => {
      const stranger = client.withOptions({ apiKey: 'sk-unknown' });
      const expected = { status: 401, code: 'invalid_api_key' };
      await assert.rejects(stranger.models.list(), isError(OpenAI.AuthenticationError, expected));
    });

    it('is 404 for an unknown model', async () => {
      const expected = { status: 404, code: 'model_not_found' };
      await assert.rejects(client.models.retrieve('no-such-model'), isError(OpenAI.NotFoundError, expected));
    });

    it('is 404 for running an unknown model', async () => {
      const request = { model: 'no-such-model', messages: HI };
      const expected = { status: 404, code: 'model_not_found', param: 'model' };
      await assert.rejects(client.chat.completions.create(request), isError(OpenAI.NotFoundError, expected));
    });

    it('is 400 for a model without a price', async () => {
      const request = { model: 'dall-e-3', messages: HI }; // which the provider lists
      const expected = { status: 400, code: 'model_not_priced' };
      await assert.rejects(client.chat.completions.create(request), isError(OpenAI.BadRequestError, expected));
    });

    it('is 400 for a wrong request and names the parameter', async () => {
      const error = await client.chat.completions.create({ model: MODEL, messages: [] }).catch((raised) => raised);
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.equal(error.param, 'messages');
      assert.match(error.requestID, /^req_/);
    });

    it('is 403 for work whose cost is not told', async () => {
      const request = { input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' };
      const expected = { status: 403, code: 'path_not_metered' };
      await assert.rejects(client.batches.create(request), isError(OpenAI.PermissionDeniedError, expected));
    });

    it('is 429 for too many requests', async () => {
      const error = await chat(fault('status-429')).catch((raised) => raised);
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.headers.get('retry-after'), '1');
    });

    it('of the provider is told of after the SDK has tried again', async () => {
      let tries = 0;
      const counted = client.withOptions({
        maxRetries: 2,
        fetch: (url, init) => {
          tries++;
          return fetch(url, init);
        },
      });
      const request = { model: MODEL, messages: HI };
      const failing = counted.chat.completions.create(request, fault('status-500'));
      await assert.rejects(failing, isError(OpenAI.InternalServerError, { status: 500 }));
      assert.equal(tries, 3);
    });

    it('is 502 where the provider breaks off', async () => {
      const expected = { status: 502, code: 'upstream_cut_off' };
      await assert.rejects(chat(fault('reset-midstream')), isError(OpenAI.InternalServerError, expected));
    });

    it('is a timeout for a client that will not wait', async () => {
      const impatient = { timeout: 100, headers: { 'x-simulate-latency-ms': '2000' } };
      await assert.rejects(chat(impatient), isError(OpenAI.APIConnectionTimeoutError));
    });
  });

  describe('headers', () => {
    it('name the request and who answered it', async () => {
      const request = client.chat.completions.create({ model: MODEL, messages: HI });
      const { data, response, request_id: requestId } = await request.withResponse();
      assert.match(requestId, /^req_/);
      assert.equal(data._request_id, requestId);
      assert.equal(response.headers.get('x-request-id'), requestId);
      assert.equal(response.headers.get('x-tollgate-provider'), 'simulated');
      assert.equal(response.headers.get('x-tollgate-model'), MODEL);
    });

    it('name the request of a stream', async () => {
      const request = client.chat.completions.create({ model: MODEL, messages: HI, stream: true });
      const { data, request_id: requestId } = await request.withResponse();
      assert.match(requestId, /^req_/);
      await all(data);
    });

    it('tell the cost as a decimal number', async () => {
      const { headers } = await client.chat.completions.create({ model: MODEL, messages: HI }).asResponse();
      assert.match(headers.get('x-tollgate-cost'), /^0\.\d+$/);
    });
  });

  describe('fifty at once', () => {
    const numbers = [...Array(50).keys()];
    const ask = (i) => ({ model: MODEL, messages: [{ role: 'user', content: `number ${i}` }] });

    it('each get their own answer', async () => {
      const completions = await Promise.all(numbers.map((i) => client.chat.completions.create(ask(i))));
      completions.forEach((completion, i) => assert.ok(contentOf(completion).endsWith(`You said: number ${i}`)));
      assert.equal(new Set(completions.map((completion) => completion._request_id)).size, 50);
    });

    it('each get their own stream', async () => {
      const slowly = { headers: { 'x-simulate-chunk-ms': '2' } };
      const text = async (i) =>
        textOf(await all(await client.chat.completions.create({ ...ask(i), stream: true }, slowly)));
      (await Promise.all(numbers.map(text))).forEach((answer, i) =>
        assert.ok(answer.endsWith(`You said: number ${i}`)),
      );
    });
  });
});

/** Whether an error is of a class of the SDK, exactly, and has these properties. */
function isError(type, properties = {}) {
  return (error) => {
    assert.equal(error.constructor.name, type.name);
    assert.ok(error instanceof type);
    for (const [name, value] of Object.entries(properties)) assert.equal(error[name], value, name);
    return true;
  };
}

/** What a client left must end at Tollgate, too, and not go on costing money. */
async function nothingInFlight() {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await (await fetch(`${ORIGIN}/metrics`)).text()).includes('\ntollgate_requests_in_flight 0.0\n')) {
    assert.ok(performance.now() < deadline, 'requests are still in flight');
    await pause(50);
  }
}
