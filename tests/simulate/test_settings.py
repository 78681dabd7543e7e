from pathlib import Path

from detector.settings.loading.load_settings import load_settings
from detector.settings.sections.response import ROLES
from detector.simulate import demo_environment, demo_path
from detector.simulate.world import CANARIES, build_world, roles_csv


def test_the_demo_configuration_keeps_everything_in_the_folder_it_is_given(tmp_path: Path) -> None:
    settings = load_settings(demo_path(), demo_environment(tmp_path))
    assert settings.state == tmp_path
    assert {Path(path).parent for source in settings.sources for path in source.paths} == {tmp_path / "logs"}


def test_the_shipped_roles_are_those_of_the_simulated_staff() -> None:
    assert (demo_path().parent / "demo-roles.csv").read_text() == roles_csv(build_world())


def test_the_demo_team_fills_all_twelve_roles(tmp_path: Path) -> None:
    team = load_settings(demo_path(), demo_environment(tmp_path)).team
    assert all(team.roles[role] for role in ROLES)
    accounts = {person.account for person in build_world().people}
    assert {name.removeprefix("user:") for person in team.people for name in person.accounts} <= accounts | {"a.lind"}


def test_the_planted_clients_of_configuration_and_simulation_are_the_same(tmp_path: Path) -> None:
    settings = load_settings(demo_path(), demo_environment(tmp_path))
    assert settings.records.canaries == tuple(map(str, CANARIES))


def test_staff_of_any_size_have_distinct_accounts() -> None:
    for staff in (20, 120, 1000):
        accounts = [person.account for person in build_world(staff).people]
        assert len(accounts) == len(set(accounts))
        assert abs(len(accounts) - staff) < 10
