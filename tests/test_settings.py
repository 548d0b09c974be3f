import os
import re
import tomllib
from pathlib import Path

import pytest

from renderer.settings import ENV_PREFIX, ROOT, Settings, SettingsError, load
from renderer.settings.reading import section_models


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(ENV_PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "some.toml"
    path.write_text(text)
    return path


def test_config_toml_shows_every_key_with_its_default_and_a_comment() -> None:
    text = (ROOT / "config.toml").read_text()
    shown = tomllib.loads(text)
    for section, model in section_models().items():
        for key, field in model.model_fields.items():
            default = field.get_default()
            default = default.get_secret_value() if hasattr(default, "get_secret_value") else default
            assert shown[section].pop(key) == (list(default) if isinstance(default, tuple) else default), (
                f"{section}.{key}"
            )
            assert re.search(rf"^{key} = .*  # {re.escape(str(field.description))}$", text, re.M), f"{section}.{key}"
        assert not shown.pop(section), section
    assert not shown


def test_the_environment_is_stronger_than_the_file_and_a_flag_stronger_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, '[server]\nport = 1000\nhost = "127.0.0.2"\nworkers = 3\n')
    monkeypatch.setenv("TAPSITE_SERVER_PORT", "2000")
    monkeypatch.setenv("TAPSITE_SERVER_HOST", "127.0.0.3")
    found = load(path, {"server": {"port": 3000}}).server
    assert (found.port, found.host, found.workers) == (3000, "127.0.0.3", 3)


def test_a_list_in_the_environment_is_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPSITE_SERVER_BASE_DOMAINS", "A.test, b.test")
    assert load().server.base_domains == ("a.test", "b.test")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\nprot = 1", ("some.toml: server.prot: unknown key", "port")),
        ("[sever]\nport = 1", ("some.toml: sever: unknown key", "server")),
        ("[server]\nport = 'x'", ("some.toml: server.port", "integer")),
        ("[server]\nport = 70000", ("some.toml: server.port", "65535")),
        ("[server]\nmode = 'x'", ("some.toml: server.mode", "production")),
        ("[server]\nbase_domains = []", ("some.toml: server.base_domains", "at least 1")),
        ("[server]\nbase_domains = ['http://a.test/']", ("some.toml: server.base_domains", "host name")),
        ("[server]\ntrusted_proxies = ['10.0.0.0/33']", ("some.toml: server.trusted_proxies", "10.0.0.0/33")),
        ("server = 1", ("some.toml: server", "section")),
        ("[server", ("some.toml: not valid TOML",)),
        (f"server = {'[' * 5_000}", ("some.toml: not valid TOML", "nested")),
        ("[server]\nworkers = true", ("some.toml: server.workers", "switches")),
        ('[purge]\nsecret_file = "a\\u0000"', ("some.toml: purge.secret_file", "NUL")),
        ('[server]\nbase_redirect = "https://a.test/\\r\\nX: y"', ("some.toml: server.base_redirect", "https://")),
        ("[server]\nbase_redirect = 'javascript:alert(1)'", ("some.toml: server.base_redirect", "https://")),
        ("[whatsapp]\nendpoint = 'http://graph.test/'", ("some.toml: whatsapp.endpoint", "https")),
        ("[domains]\ncname = 'http://a.test/'", ("some.toml: domains.cname", "host name")),
        ("[server]\nhost = ''", ("some.toml: server.host: expected an address or name of this machine",)),
        ("[internal]\nhost = 'http://[::1'", ("some.toml: internal.host: expected an address",)),
        ("[server]\nbase_redirect = 'https://a:b:c'", ("some.toml: server.base_redirect: expected an address",)),
        ("[otlp]\nendpoint = 'https://a:99999/'", ("some.toml: otlp.endpoint: expected an address",)),
        ("[purge]\nurl = 'https://[bad]/'", ("some.toml: purge.url: expected an address",)),
        ("[sentry]\ndsn = 'http://[::1'", ("some.toml: sentry: sentry.dsn is https://",)),
        ('[whatsapp]\ntoken = "ü\\n"', ("some.toml: whatsapp.token: expected one line of ASCII",)),
    ],
)
def test_a_wrong_file_is_named_with_the_key_and_what_was_expected(
    tmp_path: Path, text: str, said: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError) as raised:
        load(written(tmp_path, text))
    assert all(part in str(raised.value) for part in said), str(raised.value)


@pytest.mark.parametrize("value", ["{ a = 1 }", "[[1]]", "1979-05-27", '["a b", "\\n"]', '"\\u0000"', "-1e400"])
def test_every_setting_has_one_line_for_what_it_cannot_be(tmp_path: Path, value: str) -> None:
    for section, model in section_models().items():
        for key in model.model_fields:
            path = written(tmp_path, f"[{section}]\n{key} = {value}\n")
            with pytest.raises(SettingsError) as raised:
                load(path)
            lines = str(raised.value).splitlines()
            assert len(lines) == 1, lines
            assert f"{section}.{key}" in lines[0] or f"{section}: " in lines[0], lines


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TAPSITE_SERVER_PROT", "1", ("TAPSITE_SERVER_PROT", "unknown key")),
        ("TAPSITE_SEVER_PORT", "1", ("TAPSITE_SEVER_PORT", "unknown")),
        ("TAPSITE_SERVER_PORT", "x", ("TAPSITE_SERVER_PORT", "integer")),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: tuple[str, ...]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load()
    assert all(part in str(raised.value) for part in said), str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.toml: cannot be read"):
        load(tmp_path / "gone.toml")


def test_production_insists_on_a_keyring_and_a_domain(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(written(tmp_path, "[server]\nmode = 'production'"))
    assert "secrets.keyring" in str(raised.value)
    assert "server.base_domains" in str(raised.value)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPSITE_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1/x")
    monkeypatch.setenv("TAPSITE_SECRETS_KEYRING", "hunter3")
    settings = load()
    assert "hunter" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    monkeypatch.setenv("TAPSITE_DATABASE_POOL_MAX", "hunter4")
    with pytest.raises(SettingsError) as raised:
        load()
    assert "hunter" not in str(raised.value)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().server.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("server", "origin"),
    [
        ({"port": 8080}, "http://a.test:8080"),
        ({"port": 80}, "http://a.test"),
        ({"public_scheme": "https", "public_port": 0}, "https://a.test"),
        ({"public_scheme": "https", "public_port": 8443}, "https://a.test:8443"),
    ],
)
def test_a_sites_own_address_is_built_from_the_settings(server: dict[str, object], origin: str) -> None:
    assert load(None, {"server": server}).origin("a.test") == origin


def test_every_key_is_described() -> None:
    for section in Settings().model_fields_set | set(section_models()):
        for key, field in section_models()[section].model_fields.items():
            assert field.description, f"{section}.{key}"


@pytest.mark.parametrize("text", ['base_domains = ["a.test", "x.b.test"]', 'base_domains = ["a.test"]'])
def test_previews_answer_for_nobody_else(text: str, tmp_path: Path) -> None:
    names = {"b.test": True, "x.b.test": "x.b" in text, "preview.b.test": False, "xb.test": False, "test": True}
    for domain, is_refused in names.items():
        (tmp_path / "config.toml").write_text(
            f'[server]\n{text}\n[console]\nhost = "desk.b.test"\n[preview]\ndomain = "{domain}"\n'
        )
        if is_refused:
            with pytest.raises(SettingsError, match=rf"preview\.domain: {domain} would answer for"):
                load(tmp_path / "config.toml")
        else:
            assert load(tmp_path / "config.toml").preview.domain == domain, domain
