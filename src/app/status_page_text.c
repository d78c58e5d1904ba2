#include "app/status_page_inside.h"

const char *const status_page_texts[TEXTS][PAGE_LANGUAGES] = {
    [TEXT_STATUS] = {"Status", "状态"},
    [TEXT_AS_OF] = {"As of", "截至"},
    [TEXT_DAEMON] = {"Daemon", "守护进程"},
    [TEXT_SINCE] = {"Running since", "启动于"},
    [TEXT_STATE] = {"Now", "当前"},
    [TEXT_WORKING] = {"at work", "正在运行"},
    [TEXT_WAITING] = {"waiting", "等待中"},
    [TEXT_LAST_RUN] = {"Last run", "上次运行"},
    [TEXT_NEXT_RUN] = {"Next run", "下次运行"},
    [TEXT_NEVER] = {"never", "从未"},
    [TEXT_RUNS] = {"runs", "次运行"},
    [TEXT_FAILED] = {"failed", "次失败"},
    [TEXT_WATCHED] = {"Watching", "监视"},
    [TEXT_FOLDERS] = {"folders", "个文件夹"},
    [TEXT_USER] = {"User", "用户"},
    [TEXT_SANDBOX] = {"Sandbox", "沙箱"},
    [TEXT_NO_SANDBOX] = {"none", "无"},
    [TEXT_LEDGER] = {"Ledger", "账本"},
    [TEXT_PUBLISHED] = {"Published", "已发布"},
    [TEXT_DOCUMENTS] = {"documents", "个文件"},
    [TEXT_LAST_DAY] = {"The last day", "最近一天"},
    [TEXT_RUN_TIMES] = {"How long runs took", "每次运行耗时"},
    [TEXT_REQUESTS] = {"Requests", "请求"},
    [TEXT_PER_SLOT] = {"most in ten minutes", "十分钟内最多"},
    [TEXT_MEDIAN] = {"median", "中位数"},
    [TEXT_LONGEST] = {"longest", "最长"},
    [TEXT_DONE] = {"done", "完成"},
    [TEXT_NOT_DONE] = {"failed, held or in part", "失败、暂缓或部分完成"},
    [TEXT_OPEN_CONNECTIONS] = {"open connections", "个打开的连接"},
    [TEXT_NOT_MODIFIED] = {"not modified (304)", "未修改（304）"},
    [TEXT_ARTICLES] = {"Articles", "文章"},
    [TEXT_ANNOUNCED] = {"ever announced", "累计发布"},
    [TEXT_LIVE] = {"live", "已发布"},
    [TEXT_WAITS] = {"wait for their date", "等待日期"},
    [TEXT_HELD] = {"held", "暂缓"},
    [TEXT_OUT] = {"left out", "不发布"},
    [TEXT_BAD] = {"bad", "有误"},
    [TEXT_TROUBLES] = {"Bad and held articles", "有误与暂缓的文章"},
    [TEXT_NO_TROUBLES] = {"There are none.", "没有。"},
    [TEXT_PATH] = {"File", "文件"},
    [TEXT_REASON] = {"Why", "原因"},
    [TEXT_UNTIL] = {"until", "直到"},
    [TEXT_AND] = {"and", "还有"},
    [TEXT_MORE] = {"more", "个"},
    [TEXT_FEEDS] = {"Feeds", "订阅源"},
    [TEXT_FEED] = {"Feed", "订阅源"},
    [TEXT_ENTRIES] = {"Entries", "条目"},
    [TEXT_UPDATED] = {"Updated", "更新于"},
    [TEXT_PUSH] = {"Who is told", "推送"},
    [TEXT_NOBODY_TOLD] = {"Nobody is configured.", "没有配置。"},
    [TEXT_PEER] = {"Who", "对象"},
    [TEXT_ACCEPTED] = {"Accepted", "已接受"},
    [TEXT_OWED] = {"Still to be told", "待推送"},
    [TEXT_REFUSED] = {"Refused", "被拒绝"},
    [TEXT_ANSWERS_IN] = {"Answers within", "应答时间"},
    [TEXT_IN_A_ROW] = {"Failed in a row", "连续失败"},
    [TEXT_LEFT_ALONE] = {"left alone until", "暂停至"},
};

const char status_page_style[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--rule:#d0d7de;"
    "--back:#fff;--good:#0a5c36;--bad:#b3261e}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9aa5b1;--rule:#3d444d;"
    "--back:#0f1318;--good:#5fd39a;--bad:#ff8a80}}\n"
    "body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--back);"
    "color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem;"
    "border-bottom:1px solid var(--rule)}h3{font-size:1rem;margin-bottom:0}\n"
    "p{margin:.3rem 0}.dim,dt,th{color:var(--dim);font-weight:normal}"
    ".good{color:var(--good)}.bad{color:var(--bad)}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}"
    "dd{margin:0;overflow-wrap:anywhere}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:start;vertical-align:top;padding:.2rem .8rem .2rem 0;"
    "border-bottom:1px solid var(--rule);overflow-wrap:anywhere}"
    ".n{text-align:end;font-variant-numeric:tabular-nums;overflow-wrap:normal}.one{white-"
    "space:nowrap}\n"
    "svg{display:block;width:100%;height:auto}svg text{fill:var(--dim);font-size:11px}"
    ".end{text-anchor:end}.mid{text-anchor:middle}"
    ".grid{stroke:var(--rule);fill:none}"
    ".dot{fill:none;stroke:var(--good);stroke-width:5;stroke-linecap:round}"
    ".cross{fill:none;stroke:var(--bad);stroke-width:2}"
    ".area{fill:var(--good)}\n"
    "@media print{body{max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}\n";
