#include "CPageResources.h"

static const unsigned char index_html[] = {
#embed "files/index.html"
};

static const unsigned char page_css[] = {
#embed "files/page.css"
};

static const unsigned char page_js[] = {
#embed "files/page.js"
};

static const unsigned char chart_js[] = {
#embed "files/chart.js"
};

static const unsigned char flow_js[] = {
#embed "files/flow.js"
};

static const unsigned char words_js[] = {
#embed "files/words.js"
};

static const unsigned char de_js[] = {
#embed "files/de.js"
};

static const unsigned char es_js[] = {
#embed "files/es.js"
};

static const unsigned char icon_svg[] = {
#embed "files/icon.svg"
};

#define FILE_ENTRY(name, symbol) {name, symbol, sizeof symbol}

static const struct mate3_page_resource resources[] = {
    FILE_ENTRY("index.html", index_html),
    FILE_ENTRY("page.css", page_css),
    FILE_ENTRY("page.js", page_js),
    FILE_ENTRY("chart.js", chart_js),
    FILE_ENTRY("flow.js", flow_js),
    FILE_ENTRY("words.js", words_js),
    FILE_ENTRY("de.js", de_js),
    FILE_ENTRY("es.js", es_js),
    FILE_ENTRY("icon.svg", icon_svg),
};

size_t mate3_page_resource_count(void) { return sizeof resources / sizeof resources[0]; }

struct mate3_page_resource mate3_page_resource_at(size_t index) { return resources[index]; }
