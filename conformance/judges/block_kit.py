"""slack_sdk judges every message and modal that Maro can produce.

Its models know the limits of Block Kit. Each payload is read into models, validated, and written
again: what comes out must be what went in, so nothing was unknown to the models and dropped.
"""

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

import maro_process

SAMPLES = maro_process.samples()


def name_of(sample):
    """The name that a test shows."""
    return sample["name"]


def check_blocks(blocks):
    """Each block survives the models unchanged."""
    parsed = Block.parse_all(blocks)
    assert len(parsed) == len(blocks)
    for given, block in zip(blocks, parsed, strict=True):
        assert type(block) is not Block, f"unknown block type {given.get('type')}"
        assert plain(block.to_dict()) == plain(given)


def plain(value):
    """A value without what means the same when absent."""
    if isinstance(value, dict):
        kept = {key: plain(inner) for key, inner in value.items() if inner is not None}
        if kept.get("type") == "plain_text":
            kept.setdefault("emoji", True)
        if kept.get("type") == "mrkdwn" and kept.get("verbatim") is False:
            del kept["verbatim"]
        return {key: inner for key, inner in kept.items() if (key, inner) not in DEFAULTS}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


DEFAULTS = [("optional", False), ("dispatch_action", False), ("multiline", False), ("focus_on_load", False)]


def test_there_are_samples_of_both_kinds():
    """Otherwise the other tests would pass with nothing to judge."""
    assert {sample["kind"] for sample in SAMPLES} == {"message", "modal"}
    assert len({sample["name"] for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s["kind"] == "message"], ids=name_of)
def test_message(sample):
    """A message has a text for notifications, and at most 50 valid blocks."""
    payload = sample["payload"]
    assert payload.get("text"), "notifications and screen readers need a text"
    blocks = payload.get("blocks", [])
    assert len(blocks) <= 50
    check_blocks(blocks)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s["kind"] == "modal"], ids=name_of)
def test_modal(sample):
    """A modal keeps the limits of views, and its blocks those of Block Kit."""
    payload = sample["payload"]
    view = View(**payload)
    view.validate_json()
    assert view.type == "modal"
    check_blocks(payload["blocks"])
    given = {key: inner for key, inner in payload.items() if key != "blocks"}
    written = {key: inner for key, inner in view.to_dict().items() if key != "blocks"}
    assert plain(written) == plain(given)
