"""Code → HTML with classes for what is keyword, text, number, name or comment, by Pygments' lexers.

A lexer is a pile of regular expressions whose time grows with the square of the text on hostile input, and nothing can
interrupt one. So a price is counted before: a block beyond its price, or beyond what is left for its text, stays as it
is written. Lexers whose time grows faster (Java, Make, Markdown) are left out.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module

from pygments.lexer import Lexer
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, String, _TokenType

PURSE = 20_000_000
"""Price of all the code of one text: on the worst that was found, a third of a second the first time."""
_DEAREST = 10_000_000
"""Price of one block: 3,100 characters of most languages."""
_REMEMBERED = 256
"""Blocks; of some 40 KB at most."""

_LEXERS = {
    "bash": ("shell", "BashLexer", 1),
    "console": ("shell", "BashSessionLexer", 3),
    "powershell": ("shell", "PowerShellLexer", 1),
    "c": ("c_cpp", "CLexer", 5),
    "cpp": ("c_cpp", "CppLexer", 5),
    "csharp": ("dotnet", "CSharpLexer", 1),
    "css": ("css", "CssLexer", 1),
    "scss": ("css", "ScssLexer", 1),
    "diff": ("diff", "DiffLexer", 1),
    "docker": ("configs", "DockerLexer", 1),
    "go": ("go", "GoLexer", 1),
    "graphql": ("graphql", "GraphQLLexer", 1),
    "html": ("html", "HtmlLexer", 1),
    "http": ("textfmts", "HttpLexer", 1),
    "ini": ("configs", "IniLexer", 1),
    "javascript": ("javascript", "JavascriptLexer", 1),
    "json": ("data", "JsonLexer", 1),
    "kotlin": ("jvm", "KotlinLexer", 1),
    "lua": ("scripting", "LuaLexer", 1),
    "mysql": ("sql", "MySqlLexer", 1),
    "nginx": ("configs", "NginxConfLexer", 1),
    "php": ("php", "PhpLexer", 1),
    "postgresql": ("sql", "PostgresLexer", 1),
    "python": ("python", "PythonLexer", 1),
    "r": ("r", "SLexer", 1),
    "ruby": ("ruby", "RubyLexer", 1),
    "rust": ("rust", "RustLexer", 1),
    "sql": ("sql", "SqlLexer", 1),
    "swift": ("objective", "SwiftLexer", 1),
    "toml": ("configs", "TOMLLexer", 1),
    "typescript": ("javascript", "TypeScriptLexer", 3),
    "xml": ("html", "XmlLexer", 1),
    "yaml": ("data", "YamlLexer", 1),
}
"""Language → module, class, and how much dearer than usual."""
_ALSO = {
    "py": "python", "python3": "python", "js": "javascript", "jsx": "javascript", "mjs": "javascript",
    "node": "javascript", "ts": "typescript", "tsx": "typescript", "sh": "bash", "shell": "bash", "zsh": "bash",
    "shell-session": "console", "ps1": "powershell", "pwsh": "powershell", "c++": "cpp", "h": "c", "hpp": "cpp",
    "cs": "csharp", "c#": "csharp", "sass": "scss", "patch": "diff", "dockerfile": "docker", "golang": "go",
    "gql": "graphql", "htm": "html", "svg": "xml", "jsonc": "json", "json5": "json", "kt": "kotlin", "conf": "nginx",
    "postgres": "postgresql", "psql": "postgresql", "pgsql": "postgresql", "mariadb": "mysql", "rb": "ruby",
    "rs": "rust", "yml": "yaml", "cfg": "ini", "properties": "ini",
}  # fmt: skip
_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment.Preproc, "hk"),
    (Comment, "hc"),
    (Keyword.Constant, "hn"),
    (Keyword, "hk"),
    (Operator.Word, "hk"),
    (String, "hs"),
    (Number, "hn"),
    (Literal, "hn"),
    (Name.Tag, "hk"),
    (Name.Function, "hf"),
    (Name.Class, "hf"),
    (Name.Decorator, "hf"),
    (Name.Attribute, "hf"),
    (Name.Constant, "hn"),
    (Generic.Deleted, "hd"),
    (Generic.Inserted, "hs"),
    (Generic.Heading, "hc"),
    (Generic.Subheading, "hc"),
    (Generic.Prompt, "hc"),
)
"""The first that fits. hk: words of the language, hs: texts, hn: numbers, hf: names that are given, hc: beside the
matter, hd: what goes."""
CLASSES = "h[cdfkns]"


class CodePurse:
    """What the code of one text may still cost."""

    def __init__(self, left: int = PURSE) -> None:
        self.left = left


def highlight(code: str, language: str, purse: CodePurse) -> tuple[str, ...] | None:
    """Parts of HTML, each a tag or a text, that hold `code` character by character; None: to be shown as it is."""
    name = language.casefold()
    name = _ALSO.get(name, name)
    known = _LEXERS.get(name)
    if known is None or "\r" in code:
        return None
    price = len(code) ** 2 * known[2]
    if price > _DEAREST or price > purse.left:
        return None
    purse.left -= price  # also where it was remembered: what is drawn must not hang on what was drawn before
    return _parts(name, code)


def holds_marks(html: str) -> bool:
    """Whether there is marked code in what this engine wrote."""
    return '<span class="h' in html


@lru_cache(_REMEMBERED)
def _parts(name: str, code: str) -> tuple[str, ...] | None:
    parts: list[str] = []
    said: list[str] = []
    last: str | None = None
    for kind, text in _tokens(name, code):
        if kind != last and text.strip():
            if last:
                parts.append("</span>")
            if kind:
                parts.append(f'<span class="{kind}">')
            last = kind
        said.append(text)
        parts.append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    if last:
        parts.append("</span>")
    return tuple(parts) if "".join(said) == code else None


def _tokens(name: str, code: str) -> Iterator[tuple[str | None, str]]:
    """Class and text of each token. Lexers want a line feed at the end: one that was not there is taken away again."""
    left = len(code)
    for kind, text in _lexer(name).get_tokens(code if code.endswith("\n") else code + "\n"):
        if text and left > 0:
            yield _class_of(kind), text[:left]
            left -= len(text)


@cache
def _lexer(name: str) -> Lexer:
    module, lexer, _ = _LEXERS[name]
    made: Lexer = getattr(import_module(f"pygments.lexers.{module}"), lexer)(stripnl=False, ensurenl=False)
    return made


@cache
def _class_of(kind: _TokenType) -> str | None:
    return next((name for family, name in _CLASSES if kind in family), None)
