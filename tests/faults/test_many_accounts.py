"""Three accounts in one process: what is wrong with one is said there, and delays nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.faults.daemons import Daemons
from tests.faults.houses import Builder, House, Street
from tests.journeys.world import ANA

from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State

_FORGIVING = ("--forgiving",)


def test_what_is_wrong_with_one_account_delays_no_other(
    new_street: Builder, daemons: Daemons, migrated_url: str
) -> None:
    """One has a revoked token, one a source that explodes; Harvest throttles a third; the fourth is well."""
    state = State()
    with serve_in_thread(state, limits=False) as elsewhere:
        street = new_street(3, migrated_url)
        throttled = new_street(1, migrated_url, running=elsewhere).houses[0]
        revoked, exploding, healthy = street.houses
        street.houses.append(throttled)
        revoked.log_in("revoked-token")
        exploding.world.say("[[sources]]", 'kind = "exploding"')
        elsewhere.control.set_faults("status=429, retry_after=1")
        for house in street.houses:
            house.approve(6)
        daemons.start("up", *street.configs, more=_FORGIVING)
        daemons.wait(lambda: healthy.is_done and exploding.is_done, "the healthy ones are done")
        assert throttled.states() == {"approved": 6} or throttled.states().keys() == {"approved", "applying"}
        # Claimed for the moment that it takes to be refused.
        daemons.wait(lambda: revoked.states() == {"approved": 6}, "the one with the revoked token waits")

        wait_for(daemons, exploding, "capture", "trouble", "exploding")
        wait_for(daemons, revoked, "sync", "trouble", "token")
        wait_for(daemons, throttled, "sync", "waiting", "throttling this account")
        assert {
            name: row.result for name, row in healthy.jobs().items() if row.result not in ("fine", None)
        } == {}

        elsewhere.control.set_faults("")
        revoked.log_in()
        text = exploding.config.read_text().replace('[[sources]]\nkind = "exploding"', "")
        exploding.config.write_text(text)
        exploding.call("capture")
        recovered(daemons, street, lambda: exploding.jobs()["capture"].result == "fine")
        street.assert_each_once()
        throttled.world.close()
    state.close()


def wait_for(daemons: Daemons, house: House, job: str, result: str, text: str) -> None:
    def is_said() -> bool:
        row = house.jobs()[job]
        return row.result == result and text in row.text

    daemons.wait(is_said, f"the job {job} of account {house.id} says {text}", seconds=90)


def recovered(daemons: Daemons, street: Street, also: Callable[[], bool]) -> None:
    def is_well() -> bool:
        street.nobody_waits()
        street.tick()
        time.sleep(1)
        return street.is_done and also()

    daemons.wait(is_well, "everything is applied and well", seconds=90)


def test_somebody_in_two_accounts_gets_each_ones_entries_there_only(
    new_street: Builder, daemons: Daemons, migrated_url: str
) -> None:
    street = new_street(2, migrated_url)
    for house, count in zip(street.houses, (6, 9), strict=True):
        house.approve(count, who=("ana",))
        house.meetings(2)
    daemons.start("up", *street.configs)
    daemons.wait(lambda: all(house.is_complete for house in street.houses), "everything is applied")
    street.assert_each_once()
    one, other = street.houses
    assert not one.logged().keys() & other.logged().keys()
    for house, count in ((one, 7), (other, 10)):
        entries = house.world.api(ANA).get("/time_entries")["time_entries"]
        assert sum(entry["user"]["id"] == house.world.ids["ana"] for entry in entries) == count


def test_what_a_crash_left_half_done_is_finished_after_the_next_login(
    new_street: Builder, daemons: Daemons, migrated_url: str
) -> None:
    """The process that comes after it cannot even open the account."""
    street = new_street(1, migrated_url)
    (house,) = street.houses
    first = daemons.start("up", *street.configs)
    house.world.running.control.set_faults("latency=1, match=POST /v2/time_entries")
    house.approve(6)
    street.tick()
    daemons.wait(lambda: house.states()["applying"] >= 2, "some are under way")
    first.kill()
    first.wait()
    house.log_out()
    hours = daemons.folder / "clock"
    hours.write_text("0")
    second = daemons.start("up", *street.configs, more=("--clock", str(hours)))
    daemons.wait(lambda: "no Harvest token" in daemons.log(second).read_text(), "it cannot be opened")
    house.world.running.control.set_faults("")
    house.log_in()
    hours.write_text("1200")
    recovered(daemons, street, lambda: True)
    house.assert_each_once()
