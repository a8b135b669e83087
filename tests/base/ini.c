/* SPDX-License-Identifier: GPL-3.0-or-later */
/* INI files: what is read, what is refused and in which words, and that nothing blocks. */
#define _GNU_SOURCE
#include "ini.h"
#include "test.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* All of a reading in one text: "section.key=value\n" for entries, "LINE [section] key: text\n" for
 * errors, "+N\n" for those beyond the list. */
static const char *render(const struct ini *ini)
{
    static char text[INI_ERRORS * 320 + INI_ENTRIES * 1200];
    FILE *out = fmemopen(text, sizeof text, "w");

    for (int i = 0; i < ini->entry_count; i++)
        fprintf(out, "%s.%s=%s\n", ini->section[ini->entry[i].section].name, ini->entry[i].key,
                ini->entry[i].value);
    for (int i = 0; i < ini->error_count; i++) {
        const struct ini_error *error = &ini->error[i];

        fprintf(out, "%d [%s] %s: %s\n", error->line, error->section, error->key, error->text);
    }
    if (ini->error_more)
        fprintf(out, "+%d\n", ini->error_more);
    fclose(out);
    return text;
}

/* Places are where the file has what was read; a section ends behind its last entry, or later. */
static void check_places(const struct ini *ini, const char *bytes, size_t length)
{
    for (int i = 0; i < ini->entry_count; i++) {
        const struct ini_entry *entry = &ini->entry[i];
        size_t end = entry->at + strlen(entry->value);

        CHECK(end <= ini->section[entry->section].end);
        CHECK(end <= length && memcmp(bytes + entry->at, entry->value, end - entry->at) == 0);
    }
    for (int i = 0; i < ini->section_count; i++) {
        size_t end = ini->section[i].end;

        CHECK(end > (i ? ini->section[i - 1].end : 0) && end <= length);
        CHECK(end == length || bytes[end - 1] == '\n');
    }
}

static void check_bytes(const char *bytes, size_t length, const char *expected)
{
    struct ini ini;
    bool good = ini_parse_bytes(&ini, bytes, length);

    CHECK_STR(render(&ini), expected);
    check_places(&ini, bytes, length);
    CHECK(good == (ini.error_count == 0));
    ini_finish(&ini);
}

struct example {
    const char *file, *expected;
};

static void check_all(const struct example *example)
{
    for (; example->file; example++)
        check_bytes(example->file, strlen(example->file), example->expected);
}

static void says_where_sections_end(void)
{
    static const char file[] =
        "\xef\xbb\xbf[a]\r\nb=c\r\n\r\n# d\r\n[e]\n\n[f]\ng=\"h\nx\n;\n[a]\ni=j\n";
    struct ini ini;

    ini_parse_bytes(&ini, file, sizeof file - 1);
    CHECK(ini.section_count == 3);
    CHECK(ini.section[0].end == 13); /* a blank line and a comment are the next one's */
    CHECK(ini.section[1].end == 24); /* a section without anything */
    CHECK(ini.section[2].end == 36); /* lines at fault belong to it; what stands twice does not */
    ini_finish(&ini);
}

static void reads(void)
{
    static const struct example examples[] = {
        { "", "" },
        { "\n\n", "" },
        { "# c\n  ; c\n\t# c\n", "" },
        { "[a]", "" },
        { "[a]\nb=c", "a.b=c\n" },
        { "  [a]  \n\tb \t=\t c d \t\n", "a.b=c d\n" },
        { "\xef\xbb\xbf[a]\nb=c\n", "a.b=c\n" },
        { "[a]\r\nb = c\r\n\r\nd = \"e\"\r\n", "a.b=c\na.d=e\n" },
        { "[a]\nb=c ; comment\nd=e # comment\n", "a.b=c\na.d=e\n" },
        { "[a]\nb=\nc= \nd=\"\"\ne=''\nf= ; g\nh=#\ni=\"\" # j\n",
          "a.b=\na.c=\na.d=\na.e=\na.f=\na.h=\na.i=\n" },
        { "[a]\nb=\"x; y # z\" ; c\nd='x \"y\" z'\ne=\"it's\"#c\n",
          "a.b=x; y # z\na.d=x \"y\" z\na.e=it's\n" },
        { "[a]\nb=\"  c  \"\n", "a.b=  c  \n" },
        { "[a]\nb=hw:CARD=Headset,DEV=0\nc=plug:'hw:0'\nd== e\n",
          "a.b=hw:CARD=Headset,DEV=0\na.c=plug:'hw:0'\na.d== e\n" },
        { "[a]\nb=c\\d\n", "a.b=c\\d\n" },
        { "[a]\nb=\xc3\xa0\n", "a.b=\xc3\xa0\n" },
        { "[bridge.head-set_2]\nb.c-d_e=1\n[z]\nb=2\n", "bridge.head-set_2.b.c-d_e=1\nz.b=2\n" },
        { "# c \\\n[a]\nb=c\n", "a.b=c\n" }, /* a comment does not swallow the next line */
        { NULL, NULL },
    };

    check_all(examples);
}

static void refuses_lines(void)
{
    static const struct example examples[] = {
        { "b=c\n[a]\nd=e\n", "a.d=e\n1 [] b: stands before the first [section]\n" },
        { "[a:b]\nc=d\n[e]\nf=g\n",
          "e.f=g\n1 [] : \"a:b\" cannot name a section; names have a-z 0-9 . _ -\n" },
        { "[a]\nb:c=d\n", "2 [a] : \"b:c\" cannot name a key; names have a-z 0-9 . _ -\n" },
        { "[A]\nb=c\n", "1 [] : \"A\" has upper-case letters; names are in lower case\n" },
        { "[a]\nGain_dB=0\n",
          "2 [a] : \"Gain_dB\" has upper-case letters; names are in lower case\n" },
        { "[]\n", "1 [] : the section has no name\n" },
        { "[\n", "1 [] : a heading ends with ] and nothing follows it\n" },
        { "[ a ]\n", "1 [] : \" a \" cannot name a section; names have a-z 0-9 . _ -\n" },
        { "[a]b]\n", "1 [] : \"a]b\" cannot name a section; names have a-z 0-9 . _ -\n" },
        { "[a] ; c\nb=c\n", "1 [] : a heading ends with ] and nothing follows it\n" },
        { "[a]\n=c\n", "2 [a] : the key has no name\n" },
        { "[a]\nb c\n", "2 [a] : this is neither [section] nor key = value\n" },
        { "[a]\nb c=d\n", "2 [a] : \"b c\" cannot name a key; names have a-z 0-9 . _ -\n" },
        { "[a]\nb=\"c\n", "2 [a] b: the quote is not closed\n" },
        { "[a]\nb=\"\n", "2 [a] b: the quote is not closed\n" },
        { "[a]\nb=\"c\"d\n", "2 [a] b: only a comment may follow the closing quote\n" },
        { "[a]\nb=\"c\\d\"\n", "2 [a] b: a backslash cannot stand between quotes\n" },
        { "[a]\nb=c;d\n",
          "2 [a] b: put quotes around a value with ; or #, or a blank before a comment\n" },
        { "[a]\nb=c\\\nd=e\n", "a.d=e\n2 [a] b: a line cannot end in a backslash\n" },
        { "[a]\nb=c\nd=e\nb=f\n",
          "a.b=c\na.d=e\n4 [a] b: given twice, first in line 2, which counts\n" },
        { "[a]\nb=c\n[d]\n[a]\nb=e\nf=g\n",
          "a.b=c\n4 [a] : given twice, first in line 1, which counts\n" },
        { "[a]\nb=\xe4\nc=d\n",
          "a.c=d\n2 [a] b: byte 3, 0xE4, is not UTF-8; save the file as UTF-8\n" },
        { "[a]\n# \xfc\nc=d\n",
          "a.c=d\n2 [a] : byte 3, 0xFC, is not UTF-8; save the file as UTF-8\n" },
        { "[a]\nb=\xc0\xaf\n", "2 [a] b: byte 3, 0xC0, is not UTF-8; save the file as UTF-8\n" },
        { "[a]\nb=\xe0\x80\x80\n",
          "2 [a] b: byte 3, 0xE0, is not UTF-8; save the file as UTF-8\n" },
        { "[a]\nb=\xed\xa0\x80\n",
          "2 [a] b: byte 3, 0xED, is not UTF-8; save the file as UTF-8\n" },
        { "[a]\nb=\x1b[31m\n", "2 [a] b: byte 3, 0x1B, begins a control character\n" },
        { "[a]\nb=\xc2\x9b\n", "2 [a] b: byte 3, 0xC2, begins a control character\n" },
        { "[a]\nb=1\rc=2\n", "2 [a] b: byte 4, 0x0D, begins a control character\n" },
        { "[a]\nb=1\n[\xe4]\nc=2\n",
          "a.b=1\n3 [] : byte 2, 0xE4, is not UTF-8; save the file as UTF-8\n" },
        { NULL, NULL },
    };

    check_all(examples);
}

static void refuses_nul(void)
{
    static const char file[] = "[a]\nb=c\0d\ne=f\n", zeros[500];

    check_bytes(file, sizeof file - 1, "a.e=f\n2 [a] b: byte 4 is NUL; this is not a text file\n");
    check_bytes(zeros, sizeof zeros, "1 [] : byte 1 is NUL; this is not a text file\n");
}

static void limits_lengths(void)
{
    static char file[INI_FILE_BYTES + 2];
    struct ini ini;

    memset(file, 'x', sizeof file);
    check_bytes(file, INI_FILE_BYTES + 1, "0 [] : it has 262145 bytes; at most 262144\n");
    check_bytes(file, INI_FILE_BYTES, "1 [] : the line has 262144 bytes; at most 1000\n");
    memcpy(file, "[a]\nb=", 6); /* a line of just 1000 bytes */
    CHECK(ini_parse_bytes(&ini, file, 4 + INI_LINE_BYTES));
    CHECK(ini.entry_count == 1 && strlen(ini.entry[0].value) == INI_LINE_BYTES - 2);
    ini_finish(&ini);
    check_bytes(file, 4 + INI_LINE_BYTES + 1, "2 [a] b: the line has 1001 bytes; at most 1000\n");
}

static void limits_names(void)
{
    char file[160], expected[160];

    snprintf(file, sizeof file, "[%064d]\n%064d=1\n", 0, 0);
    snprintf(expected, sizeof expected, "%064d.%064d=1\n", 0, 0);
    check_bytes(file, strlen(file), expected);
    snprintf(file, sizeof file, "[a]\n%065d=1\n", 0);
    check_bytes(file, strlen(file), "2 [a] : the key's name has 65 characters; at most 64\n");
}

/* 10000 faults: 64 are listed, the rest is counted. So are keys and sections beyond the limits. */
static void limits_counts(void)
{
    static char file[INI_FILE_BYTES];
    struct ini ini;

    memset(file, '\n', sizeof file);
    for (int i = 0; i < 10000; i++)
        file[2 * i] = 'x';
    CHECK(!ini_parse_bytes(&ini, file, 20000));
    CHECK(ini.readable && ini.error_count == INI_ERRORS && ini.error_more == 10000 - INI_ERRORS);
    ini_finish(&ini);

    memcpy(file, "[a]\n", 4);
    for (int i = 0; i < 1100; i++)
        memcpy(file + 4 + 8 * i,
               (char[9]){ 'k', '0' + (char)(i / 1000), '0' + (char)(i / 100 % 10),
                          '0' + (char)(i / 10 % 10), '0' + (char)(i % 10), '=', 'v', '\n' },
               8);
    CHECK(!ini_parse_bytes(&ini, file, 4 + 8 * 1100));
    CHECK(ini.entry_count == INI_ENTRIES && ini.error_count + ini.error_more == 1100 - INI_ENTRIES);
    CHECK_STR(ini.error[0].text, "more than 1024 keys");
    ini_finish(&ini);

    for (int i = 0; i < 300; i++)
        memcpy(file + 6 * i,
               (char[7]){ '[', '0' + (char)(i / 100), '0' + (char)(i / 10 % 10),
                          '0' + (char)(i % 10), ']', '\n' },
               6);
    CHECK(!ini_parse_bytes(&ini, file, 6 * 300));
    CHECK(ini.section_count == INI_SECTIONS && ini.sections_lost == 300 - INI_SECTIONS);
    ini_finish(&ini);
}

/* Our rules must leave nothing that iniparser reads otherwise: lines by chance, from the characters
 * that matter to either. */
static void agrees_with_iniparser(void)
{
    static const char letters[] = "ab=\"';#[]\\: \t,\xc3";
    uint32_t state = 1;
    int entries = 0;

    for (int round = 0; round < 20000; round++) {
        char file[512] = "[s]\n";
        size_t length = 4;
        struct ini ini;

        for (int line = 0; line < 8; line++) {
            length += (size_t)sprintf(file + length, "k%d=", line);
            for (int i = 0; i < 10; i++) {
                state = state * 1664525 + 1013904223;
                file[length++] = letters[(state >> 16) % (sizeof letters - 1)];
            }
            file[length++] = '\n';
        }
        ini_parse_bytes(&ini, file, length);
        for (int i = 0; i < ini.error_count; i++)
            if (strstr(ini.error[i].text, "two ways"))
                FAIL("line %d of:\n%s", ini.error[i].line, file);
        CHECK(ini.readable);
        entries += ini.entry_count;
        ini_finish(&ini);
    }
    CHECK(entries > 10000);
}

static char folder[] = "/tmp/ini-test-XXXXXX";

static void check_path(const char *name, const char *expected)
{
    char path[128];
    struct ini ini;

    snprintf(path, sizeof path, "%s%s%s", *name == '/' ? "" : folder, *name == '/' ? "" : "/",
             name);
    CHECK(ini_load(&ini, path) == (*expected >= 'a'));
    CHECK_STR(render(&ini), expected);
    CHECK(ini.readable == (*expected >= 'a'));
    ini_finish(&ini);
}

static void refuses_what_is_no_file(void)
{
    int fd;

    CHECK(mkdtemp(folder) && chdir(folder) == 0);
    CHECK(mkfifo("pipe", 0600) == 0 && symlink("loop", "loop") == 0 &&
          symlink("good", "link") == 0);
    fd = open("good", O_CREAT | O_WRONLY, 0600);
    CHECK(write(fd, "[a]\nb=c\n", 8) == 8);
    close(fd);
    fd = open("huge", O_CREAT | O_WRONLY, 0600);
    CHECK(ftruncate(fd, 1 << 30) == 0);
    close(fd);
    check_path("good", "a.b=c\n");
    check_path("link", "a.b=c\n");
    check_path("pipe", "0 [] : it is a named pipe, not a regular file\n");
    check_path("huge", "0 [] : it has 1073741824 bytes; at most 262144\n");
    check_path("loop", "0 [] : it cannot be opened: Too many levels of symbolic links\n");
    check_path("none", "0 [] : it cannot be opened: No such file or directory\n");
    check_path(folder, "0 [] : it is a directory, not a regular file\n");
    check_path("/dev/zero", "0 [] : it is a device, not a regular file\n");
    check_path("", "0 [] : it is a directory, not a regular file\n");
    unlink("pipe"), unlink("huge"), unlink("loop"), unlink("link"), unlink("good");
    CHECK(chdir("/") == 0 && rmdir(folder) == 0);
}

/* What iniparser would write to stderr is not for the log; and no descriptor is left open. */
static void leaves_nothing_behind(void)
{
    int before = dup(0), after;
    struct ini ini;

    close(before);
    for (int i = 0; i < 10; i++) {
        ini_load(&ini, "/dev/null");
        ini_finish(&ini);
        ini_parse_bytes(&ini, "[a]\nb=c", 7);
        ini_finish(&ini);
        ini_finish(&ini);
    }
    after = dup(0);
    close(after);
    CHECK(before == after);
}

/* Lines of 80 columns, and none of 81. */
static void prints_comments(void)
{
    static const char seventy[] = "0123456789 123456789 123456789 123456789 123456789 123456789 "
                                  "123456789";
    char words[2][100], text[400], expected[400];
    FILE *out = fmemopen(text, sizeof text, "w");

    snprintf(words[0], sizeof words[0], "%s 1234567 9", seventy);
    snprintf(words[1], sizeof words[1], "%s 123456  8 end", seventy);
    ini_print_comment(out, "short");
    ini_print_comment(out, words[0]);
    ini_print_comment(out, words[1]);
    fclose(out);
    snprintf(expected, sizeof expected, "# short\n# %s 1234567\n# 9\n# %s 123456\n# 8 end\n",
             seventy, seventy);
    CHECK_STR(text, expected);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "ini reads", reads },
        { "ini says where sections end", says_where_sections_end },
        { "ini refuses lines", refuses_lines },
        { "ini refuses NUL", refuses_nul },
        { "ini limits lengths", limits_lengths },
        { "ini limits names", limits_names },
        { "ini limits counts", limits_counts },
        { "ini agrees with iniparser", agrees_with_iniparser },
        { "ini refuses what is no file", refuses_what_is_no_file },
        { "ini leaves nothing behind", leaves_nothing_behind },
        { "ini prints comments", prints_comments },
        { 0 },
    };

    return test_main(tests, argc, argv);
}
