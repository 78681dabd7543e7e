"""Files about clients and people are read whole, or refused with every wrong row."""

from datetime import date

import pytest

from detector.errors import ConfigError
from detector.settings import Settings
from detector.settings.company_lists import CompanyLists, Leave
from detector.settings.load_settings import load_settings


def lists(tmp_path, watched=None, leave=None, **actors):
    files = {"watched": watched, "leave": leave}
    for name, text in files.items():
        if text is not None:
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    named = {name: str(tmp_path / f"{name}.csv") if text is not None else "" for name, text in files.items()}
    settings = Settings(records={"watched": named["watched"]}, actors={"leave": named["leave"], **actors})
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


def test_paths_count_from_the_configuration(tmp_path):
    (tmp_path / "nabat.yml").write_text("records: {watched: w.csv}\nactors: {leave: l.csv}\n", encoding="utf-8")
    settings = load_settings(tmp_path / "nabat.yml", {})
    assert (settings.records.watched, settings.actors.leave) == (str(tmp_path / "w.csv"), str(tmp_path / "l.csv"))
