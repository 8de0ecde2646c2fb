#include "ui/plan_style.h"

#include <stddef.h>

const struct sw_plan_color sw_plan_palette[] = {
    {"page", "#ffffff", "#14171a"},   {"text", "#1c2024", "#e6e8ea"},
    {"quiet", "#545b62", "#a8b0b8"},  {"panel", "#f4f6f8", "#1e2327"},
    {"line", "#767e86", "#7e8790"},   {"link", "#0b57b0", "#7db4f5"},
    {"danger", "#a3121c", "#ff9a9a"}, {"danger_panel", "#fdeeee", "#331a1c"},
    {"change", "#7a4a00", "#f0bd6c"}, {"ask", "#5b2a9d", "#c9a8ff"},
    {"good", "#11633a", "#7fd6a4"},   {NULL, NULL, NULL},
};

const struct sw_plan_pair sw_plan_pairs[] = {
    {"text", "page", 7},
    {"text", "panel", 7},
    {"text", "danger_panel", 7},
    {"quiet", "page", 4.5},
    {"quiet", "panel", 4.5},
    {"quiet", "danger_panel", 4.5},
    {"link", "page", 4.5},
    {"link", "panel", 4.5},
    {"danger", "page", 4.5},
    {"danger", "danger_panel", 4.5},
    {"danger", "panel", 4.5},
    {"change", "page", 4.5},
    {"change", "panel", 4.5},
    {"ask", "page", 4.5},
    {"ask", "panel", 4.5},
    {"good", "page", 4.5},
    {"link", "danger_panel", 4.5},
    {"good", "panel", 4.5},
    {"line", "page", 3},
    {"line", "panel", 3},
    {NULL, NULL, 0},
};

static const char *const rules[] = {
    "*{box-sizing:border-box}\n",
    "body{margin:0;background:var(--page);color:var(--text);",
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;",
    "overflow-wrap:anywhere}\n",
    "main,header{max-width:76rem;margin:0 auto;padding:0 1rem}\n",
    "h1{font-size:1.6rem;line-height:1.25;margin:1.5rem 0 .25rem}\n",
    "h2{font-size:1.25rem;margin:2.25rem 0 .5rem;padding-bottom:.2rem;",
    "border-bottom:1px solid var(--line)}\n",
    "h3{font-size:1.05rem;margin:1.25rem 0 .25rem}\n",
    "p{margin:.4rem 0}\nul{margin:.3rem 0;padding-left:1.3rem}\nli{margin:.15rem 0}\n",
    "a{color:var(--link)}\n",
    "a:focus-visible,summary:focus-visible,pre:focus-visible{outline:3px solid var(--link);",
    "outline-offset:2px}\n",
    "code,pre,text{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}\n",
    "code{font-size:.9em;background:var(--panel);padding:.05em .3em;border-radius:3px}\n",
    "pre{font-size:.82rem;line-height:1.4;white-space:pre-wrap;background:var(--panel);",
    "padding:.6rem .8rem;border-left:3px solid var(--line);margin:.4rem 0}\n",
    ".said{white-space:pre-wrap}\n",
    ".quiet{color:var(--quiet)}\n",
    ".verdict{font-weight:600;padding:.5rem .8rem;border-left:4px solid var(--good);",
    "background:var(--panel)}\n.verdict.no{border-color:var(--danger)}\n",
    ".yes{color:var(--good);font-weight:600}\n.no{color:var(--danger);font-weight:600}\n",
    ".counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;",
    "padding:0;margin:1rem 0}\n",
    ".counts div{background:var(--panel);padding:.5rem .8rem;border-radius:4px}\n",
    ".counts dt{color:var(--quiet);font-size:.85rem}\n",
    ".counts dd{margin:0;font-size:1.35rem;font-weight:600}\n",
    ".counts .danger{background:var(--danger_panel)}\n.counts .danger dd{color:var(--danger)}\n",
    ".edge-panel{background:var(--danger_panel);border:2px solid var(--danger);",
    "border-radius:4px;padding:.3rem 1rem 1rem;margin:.8rem 0}\n",
    ".edge-panel code{background:none;padding:0}\n",
    ".tag{font-size:.8rem;font-weight:600;white-space:nowrap}\n",
    ".tag.change{color:var(--change)}\n.tag.edge{color:var(--danger)}\n",
    ".tag.ask{color:var(--ask)}\n.tag.wait{color:var(--link)}\n",
    ".tag.read,.tag.bend,.tag.call,.tag.end{color:var(--quiet)}\n",
    ".steps{display:grid;gap:1.5rem;grid-template-columns:minmax(0,1fr)}\n",
    "@media (min-width:60rem){.steps{grid-template-columns:auto minmax(0,1fr)}}\n",
    "article{border-left:3px solid var(--line);padding:0 0 .2rem .9rem;margin-bottom:1.1rem}\n",
    "article.edge{border-color:var(--danger)}\narticle.change{border-color:var(--change)}\n",
    "article.ask{border-color:var(--ask)}\narticle.wait{border-color:var(--link)}\n",
    "article:target{background:var(--panel)}\narticle h3{margin-top:0}\n",
    "details{margin:.4rem 0}\nsummary{cursor:pointer;color:var(--link)}\n",
    "dl.map{display:grid;grid-template-columns:minmax(0,14rem) minmax(0,1fr);gap:.15rem .8rem;",
    "margin:.4rem 0}\ndl.map dt{color:var(--quiet)}\ndl.map dd{margin:0}\n",
    "@media (max-width:40rem){dl.map{grid-template-columns:minmax(0,1fr)}",
    "dl.map dd{margin-bottom:.4rem}}\n",
    "svg{max-width:100%;height:auto;display:block}\n",
    "svg text{font-size:11px;fill:var(--text)}\nsvg .name{font-weight:700}\n",
    "svg .kind,svg .way{fill:var(--quiet)}\n",
    "svg rect{fill:var(--panel);stroke:var(--line);stroke-width:1.2}\n",
    "svg .edge rect{fill:var(--danger_panel);stroke:var(--danger);stroke-width:1.6}\n",
    "svg .edge .kind{fill:var(--danger);font-weight:700}\n",
    "svg .change rect{stroke:var(--change);stroke-width:2}\n",
    "svg .ask rect{stroke:var(--ask);stroke-width:2;stroke-dasharray:7 3}\n",
    "svg .ask .kind{fill:var(--ask);font-weight:700}\n",
    "svg .wait rect{stroke:var(--link);stroke-width:2;stroke-dasharray:2 2}\n",
    "svg .line{fill:none;stroke:var(--line);stroke-width:1.2}\n",
    "svg .back{stroke-dasharray:4 3}\nsvg .head{fill:var(--line)}\n",
    "footer{margin:2rem 0 3rem;color:var(--quiet);font-size:.85rem}\n",
    "@page{margin:15mm}\n",
    "@media print{body{font-size:10pt}main,header{max-width:none;padding:0}a{color:inherit;",
    "text-decoration:none}pre{font-size:7.5pt}details::details-content{content-visibility:visible;",
    "display:block;block-size:auto}h2,h3,summary{break-after:avoid}.edge-panel,",
    ".counts div,svg{break-inside:avoid}.steps{display:block}svg{max-height:24cm;width:auto}}\n",
};

static void add_palette(struct sw_buf *out, const char *selector, int is_dark)
{
    sw_buf_addf(out, "%s{color-scheme:%s", selector, is_dark ? "dark" : "light");
    for (const struct sw_plan_color *color = sw_plan_palette; color->name != NULL; color++) {
        sw_buf_addf(out, ";--%s:%s", color->name, is_dark ? color->dark : color->light);
    }
    sw_buf_add_text(out, "}\n");
}

void sw_plan_style(struct sw_buf *out)
{
    add_palette(out, ":root", 0);
    sw_buf_add_text(out, "@media screen and (prefers-color-scheme:dark){");
    add_palette(out, ":root", 1);
    sw_buf_add_text(out, "}\n");
    for (size_t i = 0; i < SW_COUNT(rules); i++) {
        sw_buf_add_text(out, rules[i]);
    }
}
