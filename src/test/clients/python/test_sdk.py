"""The official SDK for Python, unmodified, against Tollgate: told nothing but OPENAI_BASE_URL and OPENAI_API_KEY.

Tollgate's provider is the simulated one. It echoes what it was told ("... You said: hi") and misbehaves when a request
header asks for it.
"""

import asyncio
import json
import math
import os
import time
import urllib.request
from decimal import Decimal

import openai
import pytest
from openai import AsyncOpenAI, AzureOpenAI, OpenAI
from pydantic import BaseModel

MODEL = "gpt-4o-mini"
REASONING_MODEL = "gpt-5"
ORIGIN = os.environ["OPENAI_BASE_URL"].removesuffix("/v1")
PATIENCE_SECONDS = 30
HI = [{"role": "user", "content": "hi"}]
ANSWER_TO_HI = f"This is a simulated answer from {MODEL}. You said: hi"
WEATHER_PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Paris", "Rome"]}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER_TOOL = {
    "type": "function",
    "function": {"name": "weather", "description": "The weather in a city", "parameters": WEATHER_PARAMETERS},
}
WEATHER_QUESTION = {"role": "user", "content": "Is it raining in Paris?"}
SECOND_OF_SOUND = bytes(32_000)


@pytest.fixture(scope="module")
def client():
    with OpenAI(max_retries=0, timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
async def async_client():
    async with AsyncOpenAI(max_retries=0, timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
def anyio_backend():
    return "asyncio"


def fault(name):
    return {"x-simulate-fault": name}


def text_of(chunks):
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


class TestChat:
    def test_answers_and_says_what_was_used(self, client):
        completion = client.chat.completions.create(model=MODEL, messages=HI)
        assert completion.model == MODEL
        assert completion.choices[0].message.content == ANSWER_TO_HI
        assert completion.choices[0].finish_reason == "stop"
        assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens > 0

    def test_gives_as_many_choices_as_were_asked_for(self, client):
        completion = client.chat.completions.create(model=MODEL, messages=HI, n=3)
        assert [choice.index for choice in completion.choices] == [0, 1, 2]

    def test_ends_at_the_bound_on_its_length(self, client):
        completion = client.chat.completions.create(model=MODEL, messages=HI, max_completion_tokens=4)
        assert completion.choices[0].finish_reason == "length"
        assert completion.usage.completion_tokens == 4

    def test_counts_reasoning_tokens(self, client):
        completion = client.chat.completions.create(model=REASONING_MODEL, messages=HI)
        assert completion.usage.completion_tokens_details.reasoning_tokens > 0

    def test_keeps_text_of_any_script(self, client):
        said = 'naïve — 日本語 👩‍👩‍👧 \u2028 "quoted" \\ end'
        completion = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": said}])
        assert completion.choices[0].message.content.endswith(f"You said: {said}")

    @pytest.mark.anyio
    async def test_answers_the_async_client(self, async_client):
        completion = await async_client.chat.completions.create(model=MODEL, messages=HI)
        assert completion.choices[0].message.content == ANSWER_TO_HI

    def test_answers_the_azure_client(self):
        with AzureOpenAI(
            base_url=f"{ORIGIN}/openai/deployments/{MODEL}",
            api_key=os.environ["OPENAI_API_KEY"],
            api_version="2024-10-21",
            max_retries=0,
        ) as azure:
            completion = azure.chat.completions.create(model=MODEL, messages=HI)
        assert completion.choices[0].message.content == ANSWER_TO_HI

    def test_completes_a_prompt_the_old_way(self, client):
        completion = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="hi")
        assert completion.choices[0].text.endswith("You said: hi")


class TestChatStream:
    def test_comes_in_chunks_without_usage_where_none_was_asked_for(self, client):
        chunks = list(client.chat.completions.create(model=MODEL, messages=HI, stream=True))
        assert len(chunks) > 3
        assert text_of(chunks) == ANSWER_TO_HI
        assert chunks[-1].choices[0].finish_reason == "stop"
        assert all(chunk.choices and "usage" not in chunk.model_fields_set for chunk in chunks)

    def test_ends_with_the_usage_where_it_was_asked_for(self, client):
        *chunks, last = client.chat.completions.create(
            model=MODEL, messages=HI, stream=True, stream_options={"include_usage": True}
        )
        whole = client.chat.completions.create(model=MODEL, messages=HI)
        assert last.choices == []
        assert last.usage == whole.usage
        assert all(chunk.choices and chunk.usage is None for chunk in chunks)

    def test_is_put_together_by_the_stream_helper(self, client):
        with client.chat.completions.stream(model=MODEL, messages=HI) as stream:
            completion = stream.get_final_completion()
        assert completion.choices[0].message.content == ANSWER_TO_HI

    @pytest.mark.anyio
    async def test_reaches_the_async_client(self, async_client):
        stream = await async_client.chat.completions.create(model=MODEL, messages=HI, stream=True)
        assert text_of([chunk async for chunk in stream]) == ANSWER_TO_HI

    def test_may_be_left_in_the_middle(self, client):
        endless = {"x-simulate-words": "50000", "x-simulate-chunk-ms": "20"}
        with client.chat.completions.create(model=MODEL, messages=HI, stream=True, extra_headers=endless) as stream:
            next(iter(stream))
        await_nothing_in_flight()
        assert client.chat.completions.create(model=MODEL, messages=HI).choices[0].message.content == ANSWER_TO_HI

    def test_that_is_cut_in_the_middle_raises(self, client):
        chunks = []
        with pytest.raises(openai.APIError) as raised:
            for chunk in client.chat.completions.create(
                model=MODEL, messages=HI, stream=True, extra_headers=fault("reset-midstream")
            ):
                chunks.append(chunk)
        assert raised.value.code == "upstream_cut_off"
        assert ANSWER_TO_HI.startswith(text_of(chunks)) and text_of(chunks)


def await_nothing_in_flight():
    """What a client left must end at Tollgate, too, and not go on costing money."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with urllib.request.urlopen(f"{ORIGIN}/metrics") as answer:
            metrics = answer.read().decode()
        if "\ntollgate_requests_in_flight 0.0\n" in metrics:
            return
        assert time.monotonic() < deadline, "requests are still in flight"
        time.sleep(0.05)


class TestTools:
    def test_are_called_and_their_result_is_used(self, client):
        asked = client.chat.completions.create(model=MODEL, messages=[WEATHER_QUESTION], tools=[WEATHER_TOOL])
        assert asked.choices[0].finish_reason == "tool_calls"
        message = asked.choices[0].message
        [call] = message.tool_calls
        assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Paris"})

        result = {"role": "tool", "tool_call_id": call.id, "content": "raining in Paris"}
        answered = client.chat.completions.create(
            model=MODEL, messages=[WEATHER_QUESTION, message, result], tools=[WEATHER_TOOL]
        )
        assert answered.choices[0].message.content.endswith("The tool returned: raining in Paris")

    def test_are_called_in_a_stream(self, client):
        with client.chat.completions.stream(model=MODEL, messages=[WEATHER_QUESTION], tools=[WEATHER_TOOL]) as stream:
            [call] = stream.get_final_completion().choices[0].message.tool_calls
        assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Paris"})

    def test_are_called_in_a_response(self, client):
        tools = [{"type": "function", "name": "weather", "parameters": WEATHER_PARAMETERS, "strict": True}]
        asked = client.responses.create(model=MODEL, input=WEATHER_QUESTION["content"], tools=tools)
        [call] = asked.output
        assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "Paris"})

        result = {"type": "function_call_output", "call_id": call.call_id, "output": "raining in Paris"}
        answered = client.responses.create(model=MODEL, previous_response_id=asked.id, input=[result], tools=tools)
        assert answered.output_text


class Step(BaseModel):
    explanation: str
    result: float


class Solution(BaseModel):
    steps: list[Step]
    correct: bool


class TestStructuredOutput:
    def test_is_parsed_from_a_chat(self, client):
        completion = client.chat.completions.parse(model=MODEL, messages=HI, response_format=Solution)
        assert isinstance(completion.choices[0].message.parsed, Solution)

    def test_is_parsed_from_a_response(self, client):
        response = client.responses.parse(model=MODEL, input="hi", text_format=Solution)
        assert isinstance(response.output_parsed, Solution)


class TestResponses:
    def test_answer_and_say_what_was_used(self, client):
        response = client.responses.create(model=REASONING_MODEL, input="hi")
        assert response.status == "completed"
        assert response.output_text.endswith("You said: hi")
        assert response.usage.output_tokens_details.reasoning_tokens > 0

    def test_stream_typed_events_in_order(self, client):
        events = list(client.responses.create(model=MODEL, input="hi", stream=True))
        assert events[0].type == "response.created"
        assert events[-1].type == "response.completed"
        assert [event.sequence_number for event in events] == list(range(len(events)))
        deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
        assert "".join(deltas) == events[-1].response.output_text == ANSWER_TO_HI
        assert events[-1].response.usage.output_tokens == len(deltas)

    def test_are_put_together_by_the_stream_helper(self, client):
        with client.responses.stream(model=MODEL, input="hi") as stream:
            assert stream.get_final_response().output_text == ANSWER_TO_HI

    @pytest.mark.anyio
    async def test_stream_to_the_async_client(self, async_client):
        stream = await async_client.responses.create(model=MODEL, input="hi", stream=True)
        assert [event.type async for event in stream][-1] == "response.completed"

    def test_go_on_from_an_earlier_one(self, client):
        first = client.responses.create(model=MODEL, input="hi")
        second = client.responses.create(model=MODEL, input="and again", previous_response_id=first.id)
        alone = client.responses.create(model=MODEL, input="and again")
        assert second.previous_response_id == first.id
        assert second.usage.input_tokens > alone.usage.input_tokens

    def test_are_kept_until_they_are_deleted(self, client):
        created = client.responses.create(model=MODEL, input="hi")
        assert client.responses.retrieve(created.id).output_text == ANSWER_TO_HI
        [item] = client.responses.input_items.list(created.id)
        assert item.content[0].text == "hi"
        client.responses.delete(created.id)
        with pytest.raises(openai.NotFoundError):
            client.responses.retrieve(created.id)

    def test_that_are_cut_in_the_middle_raise(self, client):
        with pytest.raises(openai.APIError) as raised:
            list(client.responses.create(model=MODEL, input="hi", stream=True, extra_headers=fault("reset-midstream")))
        assert raised.value.code == "upstream_cut_off"


class TestEmbeddings:
    def test_come_as_base64_by_default_and_are_decoded(self, client):
        [hi, bye] = client.embeddings.create(model="text-embedding-3-small", input=["hi", "bye"]).data
        assert len(hi.embedding) == 1536
        assert math.isclose(math.hypot(*hi.embedding), 1, rel_tol=1e-4)
        assert hi.embedding != bye.embedding

    def test_are_the_same_as_numbers(self, client):
        decoded = client.embeddings.create(model="text-embedding-3-small", input="hi", dimensions=8)
        numbers = client.embeddings.create(
            model="text-embedding-3-small", input="hi", dimensions=8, encoding_format="float"
        )
        assert numbers.data[0].embedding == pytest.approx(decoded.data[0].embedding, rel=1e-6)
        assert numbers.usage.prompt_tokens == decoded.usage.prompt_tokens == 1


class TestModels:
    def test_are_listed(self, client):
        assert {MODEL, REASONING_MODEL, "text-embedding-3-small"} <= {model.id for model in client.models.list()}

    def test_are_told_of_one_by_one(self, client):
        assert client.models.retrieve(MODEL).id == MODEL


class TestModerations:
    def test_flag_what_should_be(self, client):
        results = client.moderations.create(model="omni-moderation-latest", input=["hello", "simulate-flagged"]).results
        assert [result.flagged for result in results] == [False, True]


class TestImages:
    PNG = b"\x89PNG\r\n\x1a\n"

    def test_are_generated(self, client):
        images = client.images.generate(model="gpt-image-1", prompt="a grey pixel", size="1024x1024", quality="low")
        assert images.data[0].b64_json
        assert images.usage.output_tokens == 272

    def test_are_edited_from_an_upload(self, client):
        images = client.images.edit(model="gpt-image-1", prompt="greyer", image=("pixel.png", self.PNG, "image/png"))
        assert images.usage.input_tokens_details.image_tokens > 0


class TestAudio:
    def test_is_spoken_as_bytes(self, client):
        speech = client.audio.speech.create(
            model="tts-1", voice="alloy", input="Hello, Tollgate!", response_format="wav"
        )
        assert speech.content.startswith(b"RIFF")
        assert len(speech.content) == 8 + int.from_bytes(speech.content[4:8], "little")

    def test_is_spoken_as_a_stream_of_bytes(self, client):
        with client.audio.speech.with_streaming_response.create(
            model="gpt-4o-mini-tts", voice="alloy", input="Hello, Tollgate!"
        ) as speech:
            assert b"".join(speech.iter_bytes()).startswith(b"\xff\xfb")

    @pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-mini-transcribe"])
    def test_is_transcribed_from_an_upload(self, client, model):
        transcription = client.audio.transcriptions.create(model=model, file=("hello.wav", SECOND_OF_SOUND))
        assert transcription.text == "This is a simulated transcription of hello.wav."

    def test_is_transcribed_to_plain_text(self, client):
        text = client.audio.transcriptions.create(
            model="whisper-1", file=("hello.wav", SECOND_OF_SOUND), response_format="text"
        )
        assert text == "This is a simulated transcription of hello.wav.\n"


class TestFiles:
    def test_are_uploaded_listed_read_and_deleted(self, client):
        content = bytes(range(256))
        file = client.files.create(file=("every-byte.bin", content), purpose="user_data")
        assert (file.filename, file.bytes) == ("every-byte.bin", 256)
        assert client.files.retrieve(file.id) == file
        assert file.id in [each.id for each in client.files.list()]
        assert client.files.content(file.id).content == content
        assert client.files.delete(file.id).deleted
        with pytest.raises(openai.NotFoundError):
            client.files.retrieve(file.id)

    def test_are_listed_over_several_pages(self, client):
        made = [client.files.create(file=(f"{i}.txt", b"x"), purpose="user_data").id for i in range(5)]
        page = client.files.list(limit=2)
        assert len(page.data) == 2 and page.has_next_page()
        assert [file.id for file in page] == made[::-1]
        for file_id in made:
            client.files.delete(file_id)


class TestErrors:
    def test_an_unknown_key_is_401(self, client):
        with pytest.raises(openai.AuthenticationError) as raised:
            client.with_options(api_key="sk-unknown").models.list()
        assert (raised.value.status_code, raised.value.code) == (401, "invalid_api_key")

    def test_an_unknown_model_is_404(self, client):
        with pytest.raises(openai.NotFoundError) as raised:
            client.models.retrieve("no-such-model")
        assert raised.value.code == "model_not_found"

    def test_an_unknown_model_cannot_be_run(self, client):
        with pytest.raises(openai.NotFoundError) as raised:
            client.chat.completions.create(model="no-such-model", messages=HI)
        assert (raised.value.code, raised.value.param) == ("model_not_found", "model")

    def test_a_model_without_a_price_is_400(self, client):
        with pytest.raises(openai.BadRequestError) as raised:
            client.chat.completions.create(model="dall-e-3", messages=HI)  # which the provider lists
        assert raised.value.code == "model_not_priced"

    def test_a_wrong_request_is_400_and_names_the_parameter(self, client):
        with pytest.raises(openai.BadRequestError) as raised:
            client.chat.completions.create(model=MODEL, messages=[])
        assert raised.value.param == "messages"
        assert raised.value.request_id.startswith("req_")

    def test_work_whose_cost_is_not_told_is_403(self, client):
        with pytest.raises(openai.PermissionDeniedError) as raised:
            client.batches.create(input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h")
        assert raised.value.code == "path_not_metered"

    def test_too_many_requests_are_429(self, client):
        with pytest.raises(openai.RateLimitError) as raised:
            client.chat.completions.create(model=MODEL, messages=HI, extra_headers=fault("status-429"))
        assert raised.value.response.headers["retry-after"] == "1"

    def test_a_failing_provider_is_asked_again_and_then_told_of(self, client):
        with pytest.raises(openai.InternalServerError) as raised:
            client.with_options(max_retries=2).chat.completions.create(
                model=MODEL, messages=HI, extra_headers=fault("status-500")
            )
        assert raised.value.status_code == 500
        assert raised.value.request.headers["x-stainless-retry-count"] == "2"

    def test_a_provider_that_breaks_off_is_502(self, client):
        with pytest.raises(openai.InternalServerError) as raised:
            client.chat.completions.create(model=MODEL, messages=HI, extra_headers=fault("reset-midstream"))
        assert (raised.value.status_code, raised.value.code) == (502, "upstream_cut_off")

    def test_a_client_that_will_not_wait_gives_up(self, client):
        with pytest.raises(openai.APITimeoutError):
            client.with_options(timeout=0.1).chat.completions.create(
                model=MODEL, messages=HI, extra_headers={"x-simulate-latency-ms": "2000"}
            )


class TestHeaders:
    def test_name_the_request_and_who_answered_it(self, client):
        raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=HI)
        assert raw.parse()._request_id == raw.headers["x-request-id"]
        assert raw.headers["x-request-id"].startswith("req_")
        assert raw.headers["x-tollgate-provider"] == "simulated"
        assert raw.headers["x-tollgate-model"] == MODEL

    def test_name_the_request_of_a_stream(self, client):
        with client.chat.completions.create(model=MODEL, messages=HI, stream=True) as stream:
            assert stream.response.headers["x-request-id"].startswith("req_")

    def test_tell_the_cost_to_the_nanodollar(self, client):
        raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=HI)
        usage = raw.parse().usage
        dollars = usage.prompt_tokens * Decimal("0.15e-6") + usage.completion_tokens * Decimal("0.60e-6")
        assert Decimal(raw.headers["x-tollgate-cost"]) == dollars
        assert "e" not in raw.headers["x-tollgate-cost"].lower()


class TestFiftyAtOnce:
    pytestmark = pytest.mark.anyio

    async def test_requests_each_get_their_own_answer(self, async_client):
        completions = await asyncio.gather(
            *(async_client.chat.completions.create(model=MODEL, messages=self.numbered(i)) for i in range(50))
        )
        for i, completion in enumerate(completions):
            assert completion.choices[0].message.content.endswith(f"You said: number {i}")
        assert len({completion._request_id for completion in completions}) == 50

    async def test_streams_each_get_their_own_answer(self, async_client):
        async def text(i):
            return text_of(
                [
                    chunk
                    async for chunk in await async_client.chat.completions.create(
                        model=MODEL, messages=self.numbered(i), stream=True, extra_headers={"x-simulate-chunk-ms": "2"}
                    )
                ]
            )

        for i, answer in enumerate(await asyncio.gather(*(text(i) for i in range(50)))):
            assert answer.endswith(f"You said: number {i}")

    @staticmethod
    def numbered(i):
        return [{"role": "user", "content": f"number {i}"}]
