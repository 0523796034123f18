/* report_docx: the report as a Word document: the least parts a DOCX needs, styled as official documents are:
 * 方正小标宋 is not everywhere, so titles ask for 宋体 and text for 仿宋. */
#include "base/file.h"
#include "plan/plan_priv.h"
#include "sheet/zip_write.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define SPACE                                                                          \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "        \
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" " \
    "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""
#define ART "http://schemas.openxmlformats.org/drawingml/2006"

enum { DOCX_MAX = 64 << 20 };

static const char types[] =
    HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" "
         "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"png\" "
         "ContentType=\"image/png\"/><Default Extension=\"xml\" "
         "ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" "
         "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
static const char relations[] = HEAD
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"word/document.xml\"/></Relationships>";
static const char pictures[] = HEAD
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" "
    "Target=\"media/chart.png\"/></Relationships>";

/* Control characters are not allowed in XML at all. */
static void add_words(struct text *out, str s)
{
    text_addz(out, "<w:t xml:space=\"preserve\">");
    markup_add(out, s);
    text_addz(out, "</w:t>");
}

/* of: the block it is, when it may lead somewhere; NULL. */
static void paragraph(struct text *out, str s, const struct block *of, const char *font, int half_points, bool bold,
                      const char *align, int indent)
{
    bool leads = of != NULL && of->link.len > 0;
    text_addf(out, "<w:p><w:pPr><w:spacing w:after=\"120\"/><w:ind w:firstLine=\"%d\"/><w:jc w:val=\"%s\"/></w:pPr>",
              indent, align);
    if (leads) {
        text_addz(out, "<w:fldSimple w:instr=\" HYPERLINK &quot;");
        markup_add(out, of->link);
        text_addz(out, "&quot; \">");
    }
    text_addz(out, "<w:r><w:rPr>");
    text_addf(out, "<w:rFonts w:eastAsia=\"%s\"/>%s%s<w:sz w:val=\"%d\"/>%s</w:rPr>", font, bold ? "<w:b/>" : "",
              leads ? "<w:color w:val=\"17527D\"/>" : "", half_points, leads ? "<w:u w:val=\"single\"/>" : "");
    add_words(out, s);
    text_addf(out, "</w:r>%s</w:p>", leads ? "</w:fldSimple>" : "");
}

static void table(struct text *out, const struct block *b)
{
    paragraph(out, b->text, NULL, "黑体", 24, false, "center", 0);
    text_addz(out, "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>");
    static const char *const sides[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        text_addf(out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>", sides[i]);
    text_addz(out, "</w:tblBorders></w:tblPr><w:tblGrid>");
    for (size_t i = 0; b->lines.len > 0 && i < b->lines.at[0].cells.len; i++) text_addz(out, "<w:gridCol/>");
    text_addz(out, "</w:tblGrid>");
    VEC_EACH (const struct table_line, l, &b->lines) {
        bool first = l == b->lines.at;
        text_addz(out, first ? "<w:tr><w:trPr><w:tblHeader/></w:trPr>" : "<w:tr>");
        VEC_EACH (const str, c, &l->cells) {
            text_addz(out, "<w:tc><w:tcPr><w:tcW w:w=\"0\" w:type=\"auto\"/></w:tcPr><w:p><w:r><w:rPr><w:rFonts "
                           "w:eastAsia=\"宋体\"/>");
            text_addf(out, "%s<w:sz w:val=\"18\"/></w:rPr>", first ? "<w:b/>" : "");
            add_words(out, *c);
            text_addz(out, "</w:r></w:p></w:tc>");
        }
        text_addz(out, "</w:tr>");
    }
    text_addz(out, "</w:tbl>");
}

/* In the line, as wide as the page lets it be; lengths of drawings are 914,400 to the inch. */
static void picture(struct text *out, const struct chart_picture *k)
{
    enum { WIDE_MAX = 8800000, HIGH_MAX = 5400000 };
    long long wide = WIDE_MAX, high = wide * k->height / k->width;
    if (high > HIGH_MAX) wide = wide * HIGH_MAX / high, high = HIGH_MAX;
    text_addf(
        out,
        "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:drawing><wp:inline><wp:extent cx=\"%lld\" cy=\"%lld\"/>"
        "<wp:docPr id=\"1\" name=\"进度\" descr=\"各项指标的进度，竖线是时间进度和目标；同样的数在上面的表里\"/>",
        wide, high);
    text_addf(
        out,
        "<a:graphic xmlns:a=\"" ART "/main\"><a:graphicData uri=\"" ART "/picture\"><pic:pic xmlns:pic=\"" ART
        "/picture\"><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"chart.png\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
        "<a:blip r:embed=\"rId1\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" "
        "y=\"0\"/><a:ext cx=\"%lld\" cy=\"%lld\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>"
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
        wide, high);
}

static void body(struct arena *a, const struct evaluation *v, const struct chart_picture *chart, struct text *out)
{
    block_list blocks = { 0 };
    struct block bars;
    report_blocks(a, v, &blocks);
    text_addz(out, HEAD "<w:document " SPACE "><w:body>");
    VEC_EACH (const struct block, b, &blocks) {
        switch (b->kind) {
        case BLOCK_TITLE: paragraph(out, b->text, NULL, "宋体", 44, true, "center", 0); break;
        case BLOCK_HEADING: paragraph(out, b->text, NULL, "黑体", 32, false, "left", 0); break;
        case BLOCK_PARAGRAPH: paragraph(out, b->text, NULL, "仿宋", 28, false, "both", 560); break;
        case BLOCK_ITEM: paragraph(out, b->link.len > 0 ? b->name : b->text, b, "仿宋", 28, false, "both", 560); break;
        case BLOCK_TABLE: table(out, b); break;
        case BLOCK_CHART:
            if (chart->png.len > 0)
                picture(out, chart);
            else if (chart_table(a, v, &bars)) /* nothing here can draw */
                table(out, &bars);
            break;
        }
    }
    text_addz(out, "<w:sectPr><w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/><w:pgMar w:top=\"1440\" "
                   "w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"720\" w:footer=\"720\" "
                   "w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
}

static bool part(struct zip_out *z, const char *name, str data, struct err *e)
{
    return zip_begin(z, name, e) && zip_add(z, data, e) && zip_end(z, e);
}

bool evaluation_docx(struct arena *a, const struct evaluation *v, str path, struct err *e)
{
    struct text t;
    struct chart_picture chart;
    struct err cannot = { 0 };
    text_init(&t, a, DOCX_MAX);
    if (!chart_png(a, v, &chart, &cannot)) chart.png.len = 0; /* then with bars of characters */
    body(a, v, &chart, &t);
    if (t.over) return fail(e, LIMIT, "报告太长，写不成一份 Word 文件");
    struct file_out f;
    struct zip_out *z;
    if (!file_create(&f, path, e)) return false;
    bool ok = zip_new(&z, a, &f, e) && part(z, "[Content_Types].xml", str_of(types), e) &&
              part(z, "_rels/.rels", str_of(relations), e) && part(z, "word/document.xml", text_str(&t), e) &&
              (chart.png.len == 0 || (part(z, "word/_rels/document.xml.rels", str_of(pictures), e) &&
                                      part(z, "word/media/chart.png", chart.png, e))) &&
              zip_finish(z, e) && file_commit(&f, e);
    if (!ok) file_discard(&f);
    return ok;
}
