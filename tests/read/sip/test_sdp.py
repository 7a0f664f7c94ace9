from __future__ import annotations

import pytest

from diagnose.read.sip.sdp import Audio, audio_of, common, scope_of, security
from tests.read.sip.sipcase import sdp


def audio(body: str) -> Audio:
    found = audio_of(body)
    assert found is not None
    return found


def test_static_payload_types_need_no_map_and_dynamic_ones_do() -> None:
    found = audio(sdp(payloads="0 18 111 101", more="\na=rtpmap:111 opus/48000/2"))
    assert (found.codecs, found.events) == (("pcmu", "g729", "opus"), 101)
    assert audio(sdp(payloads="97")).codecs == ()


@pytest.mark.parametrize("body", ["", "v=0", "m=", "m=audio", "m=image 5000 udptl t38", "no description at all"])
def test_a_body_without_audio_is_none_or_empty(body: str) -> None:
    found = audio_of(body)
    assert found is None or not found.codecs


@pytest.mark.parametrize(
    ("address", "scope"),
    [
        ("10.1.2.3", "private"), ("100.64.0.1", "private"), ("fd00::1", "private"), ("198.51.100.7", "public"),
        ("127.0.0.1", "loopback"), ("0.0.0.0", "unset"), ("::", "unset"), ("edge.example.com", None),
    ],
)  # fmt: skip
def test_the_scope_of_an_address(address: str, scope: str | None) -> None:
    assert scope_of(address) == scope


@pytest.mark.parametrize(("direction", "held"), [("sendonly", True), ("inactive", True), ("recvonly", False)])
def test_who_sends_alone_or_nothing_holds(direction: str, held: bool) -> None:
    assert audio(sdp(more=f"\na={direction}")).held is held


def test_an_answer_is_compared_with_its_offer() -> None:
    offer = audio(sdp(payloads="0 8"))
    assert common(offer, audio(sdp(payloads="8"))) == "agreed"
    assert common(offer, audio(sdp(payloads="9"))) == "differs"
    assert common(offer, audio(sdp(port=0))) == "no_common"


def test_keys_without_a_secured_profile_are_told() -> None:
    offer = audio(sdp(more="\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:k"))
    assert security(offer, None) == "key_without_srtp"
