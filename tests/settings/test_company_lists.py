"""Files about clients and people are read whole, or refused with every wrong row."""

from datetime import date

import pytest

from detector.errors import ConfigError
from detector.settings import Settings
from detector.settings.lists.absence import Leave
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.loading.load_settings import load_settings


def lists(tmp_path, watched=None, leave=None, teams=None, portfolio=None, residence=None, **actors):
    files = {"watched": watched, "leave": leave, "teams": teams, "portfolio": portfolio, "residence": residence}
    for name, text in files.items():
        if text is not None:
            file = tmp_path / f"{name}.csv"
            file.write_bytes(text) if isinstance(text, bytes) else file.write_text(text, encoding="utf-8")
    named = {name: str(tmp_path / f"{name}.csv") if text is not None else "" for name, text in files.items()}
    records = {name: named[name] for name in ("watched", "portfolio", "residence")}
    settings = Settings(records=records, actors={name: named[name] for name in ("leave", "teams")} | actors)
    return CompanyLists.read(settings)


def problems(tmp_path, **files):
    with pytest.raises(ConfigError) as refused:
        lists(tmp_path, **files)
    return [(problem.line, problem.what) for problem in refused.value.problems]


def test_the_first_column_holds_the_client_and_a_reason_is_ignored(tmp_path):
    found = lists(tmp_path, watched="\ufeffclient_id,reason\n 0077 ,staff\n\n78,\n")
    assert found.watched == {"0077", "78"}


def test_a_tenant_is_put_before_the_client_where_there_is_one(tmp_path):
    assert lists(tmp_path, watched="id,why,tenant\n7,vip,acme\n8,vip,\n").watched == {"acme/7", "8"}


def test_leave_is_that_of_the_account_however_it_is_written(tmp_path):
    found = lists(
        tmp_path,
        leave="user,from,until,kind\nCORP\\Anna,2026-03-02,2026-03-09,leave\nanna,2026-04-01,2026-04-01,illness\n",
        domains=["corp"],
    )
    days = (Leave(date(2026, 3, 2), date(2026, 3, 9)), Leave(date(2026, 4, 1), date(2026, 4, 1)))
    assert found.leave == {"anna": days}


def test_every_wrong_row_of_both_files_is_told_with_its_line(tmp_path):
    told = problems(
        tmp_path,
        watched="client,why\n7,vip\n,staff\n",
        leave="user,from,until\nanna,2026-03-09,2026-03-02\n,2026-03-02,2026-03-09\nboris,soon,later\nolga,2026-03-02\n",
    )
    assert [line for line, _ in told] == [3, 2, 3, 4, 5]


@pytest.mark.parametrize("watched", ["", "\n7\n", "1001,vip\n1002,vip\n", "tenant,client\nacme,7\n"])
def test_a_file_that_does_not_name_its_columns_is_refused(tmp_path, watched):
    assert len(problems(tmp_path, watched=watched)) == 1


def test_missing_columns_of_leave_are_named(tmp_path):
    assert problems(tmp_path, leave="who,from,to\n") == [(1, "columns missing: user, until; the first line names them")]


def test_files_that_are_not_there_are_told_together_at_their_settings(tmp_path):
    settings = Settings(records={"watched": str(tmp_path / "no.csv")}, actors={"leave": str(tmp_path / "none.csv")})
    with pytest.raises(ConfigError) as refused:
        CompanyLists.read(settings)
    assert [problem.where for problem in refused.value.problems] == [("records", "watched"), ("actors", "leave")]


def test_a_folder_in_the_place_of_a_file_is_called_one(tmp_path):
    (tmp_path / "leave.ics").mkdir()
    with pytest.raises(ConfigError, match=r"leave\.ics is no file, but a folder or a device \(correct actors\.leave"):
        CompanyLists.read(Settings(actors={"leave": str(tmp_path / "leave.ics")}))


def test_somebody_may_be_in_several_teams_and_a_client_be_several_peoples(tmp_path):
    found = lists(
        tmp_path,
        teams="team,user,since\nnorth,CORP\\Anna,2020\nloans,anna,2024\nnorth,boris,\nnorth,boris,\n",
        portfolio="client,user,team,tenant,why\n0077,anna,,,\n0077,Boris,north,,\n5,,loans,acme,\n\n",
        domains=["corp"],
    ).portfolios
    assert found.teams == {("anna", "north"), ("anna", "loans"), ("boris", "north")}
    assert found.of_accounts == {("anna", "0077"), ("boris", "0077")}
    assert found.of_teams == {("north", "0077"), ("loans", "acme/5")}


def test_portfolios_of_people_need_no_teams(tmp_path):
    found = lists(tmp_path, portfolio="client,user\n77,nobody-here-knows\n").portfolios
    assert found
    assert found.of_accounts == {("nobody-here-knows", "77")}
    assert not lists(tmp_path).portfolios


def test_every_wrong_row_of_teams_and_portfolios_is_told_with_its_line(tmp_path):
    told = problems(
        tmp_path,
        teams="user,team\nanna,north\n,north\n\u200b,north\nboris,\ncust-*,north\n",
        portfolio="client,user,team\n77,anna,\n,anna,\n78,,\n79,,south\n80,*,\n",
    )
    assert [line for line, _ in told] == [3, 4, 5, 6, 3, 4, 5, 6]
    assert told[3][1] == "'cust-*' is a pattern: here each account has a row of its own"
    assert told[6][1] == "nobody is in the team 'south'; actors.teams names 1 others"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("teams", "who,team\n", 1),
        ("teams", "user,team,team\nanna,north,south\n", 1),
        ("portfolio", "client,owner\n7,anna\n", 1),
        ("portfolio", "client,user,user\n7,anna,boris\n", 1),
        ("portfolio", "1001,anna\n", 1),
        ("portfolio", "", 1),
        ("residence", "client,country\n7,FR\n", 1),
        ("residence", "residence,client\nFR,7\n", 1),
        ("residence", "client,residence\n7,fr\n7,FR\n8,\n9,Germany\n", 5),
        ("residence", "client,residence\n7,FR\n7,RU\n", 3),
        ("residence", "client,residence\n,FR\n", 2),
        ("residence", "client,residence\n7,EU\n8,US-CA\n9,uk\n", 4),
        ("teams", 'user,team\nanna,"' + "x" * 200_000 + '"\n', 2),
        ("teams", "user,team\nМария,север\n".encode("cp1251"), 0),
        ("portfolio", "client,user\n".encode("utf-16"), 0),
    ],
)
def test_a_file_that_cannot_be_read_as_one_is_refused_with_its_place(tmp_path, name, text, line):
    assert [where for where, _ in problems(tmp_path, **{name: text})] == [line]


def test_a_code_of_no_country_says_what_to_write(tmp_path):
    ((_, what),) = problems(tmp_path, residence="client,residence\n7,UK\n")
    assert "no country has the code 'UK': write GB" in what


def test_what_stands_in_a_refused_row_is_shown_within_bounds(tmp_path):
    ((_, what),) = problems(tmp_path, teams="user,team\nanna,a\n", portfolio=f"client,team\n7,{'x' * 9_000}\n")
    assert len(what) < 300


def test_paths_count_from_the_configuration(tmp_path):
    (tmp_path / "nabat.yml").write_text(
        "records: {watched: w.csv, portfolio: p.csv, residence: r.csv}\nactors: {leave: l.csv, teams: t.csv}\n",
        encoding="utf-8",
    )
    settings = load_settings(tmp_path / "nabat.yml", {})
    assert (settings.records.watched, settings.actors.leave) == (str(tmp_path / "w.csv"), str(tmp_path / "l.csv"))
    assert settings.records.residence == str(tmp_path / "r.csv")
    assert (settings.records.portfolio, settings.actors.teams) == (str(tmp_path / "p.csv"), str(tmp_path / "t.csv"))
