/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets by name, in three folders. */
#define _GNU_SOURCE
#include "library.h"

#include "fake/powercut.h"
#include "folder.h"

static struct library library;

/* Three folders, all empty. */
static void begin_library(void)
{
    static const char *const names[] = { "shipped", "admin", "saved" };

    begin();
    for (int i = 0; i < LIBRARY_FOLDERS; i++) {
        snprintf(library.folder[i], LIBRARY_FOLDER_BYTES, "%s", in_folder(names[i]));
        CHECK(mkdir(library.folder[i], 0755) == 0);
    }
}

static void put_text(const char *name, const char *text)
{
    put(in_folder(name), text, strlen(text));
}

/* All presets, as "folder:name (title), ...". */
static const char *list(void)
{
    static char text[4000];
    struct library_entry *entries;
    size_t count, length = 0;

    *text = '\0';
    CHECK(library_list(&library, &entries, &count) == 0);
    for (size_t i = 0; i < count && length < sizeof text; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%s%d:%s (%s)", i ? ", " : "",
                             (int)entries[i].folder, entries[i].name, entries[i].title);
    free(entries);
    return text;
}

/* "folder:path below the test's", or "none" */
static const char *find(const char *name)
{
    static char text[PATH_MAX + 40];
    char path[PATH_MAX] = "untouched";
    enum library_folder at = LIBRARY_FOLDERS;

    if (!library_find(&library, name, path, &at))
        return strcmp(path, "untouched") == 0 && at == LIBRARY_FOLDERS ? "none" : "touched";
    snprintf(text, sizeof text, "%d:%s", (int)at, path + strlen(folder));
    return text;
}

static void check_name(const char *name, const char *wrong)
{
    char why[LIBRARY_WHY_BYTES] = "";

    CHECK(library_name_is_fine(name, why) == !*wrong);
    CHECK_STR(why, wrong);
}

static void looks_at_names(void)
{
    static const char allowed[] = "allowed: letters a-z A-Z, digits, spaces and _ - . + ( )";
    static const struct {
        const char *name, *shown;
    } strange[] = {
        { "a/b", "\"/\"" },           { "../x", "\"/\"" },
        { "a\nb", "the byte 0x0A" },  { "k\xc3\xb6ln", "\"\xc3\xb6\"" },
        { "a\xff", "the byte 0xFF" }, { "<img>", "\"<\"" },
        { "a\\", "\"\\\"" },          { "\xe2\x80\xaex", "the byte 0xE2" },
    };
    char name[67], wrong[LIBRARY_WHY_BYTES];

    check_name("a", "");
    check_name("Night 2 (quiet_+v1.0-x)", "");
    check_name(" x", "");
    check_name("a..", "");
    check_name("", "a preset's name cannot be empty");
    check_name(".a", "a preset's name cannot begin with a dot");
    check_name("..", "a preset's name cannot begin with a dot");
    check_name("a ", "a preset's name cannot end in a space");
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        snprintf(wrong, sizeof wrong, "%s cannot be in a preset's name; %s", strange[i].shown,
                 allowed);
        check_name(strange[i].name, wrong);
    }
    memset(name, 'x', sizeof name);
    name[64] = '\0';
    check_name(name, "");
    name[64] = 'x';
    name[65] = '\0';
    check_name(name, "a preset's name has at most 64 characters; this has 65");
}

static void lists(void)
{
    begin_library();
    CHECK_STR(list(), "");
    put_text("shipped/flat.ini", "# As it comes\n[volume]\n");
    put_text("shipped/night.ini", "; shipped\n");
    put_text("admin/night.ini", "; the admin's\n");
    put_text("admin/Room.ini", "[volume]\n# of a key, no title\n");
    put_text("saved/flat.ini", "");
    put_text("saved/a b.ini", "\xef\xbb\xbf\r\n \t##  My own\t\r\n# more\r\n");
    CHECK_STR(list(), "1:Room (), 2:a b (My own?), 2:flat (), 1:night (the admin's)");
}

static void ignores_foreign_files(void)
{
    char name[100];

    begin_library();
    put_text("saved/good.ini", "# good");
    put_text("saved/good.ini.1", "");
    put_text("saved/.store-1-0.tmp", "");
    put_text("saved/.hidden.ini", "");
    put_text("saved/.ini", "");
    put_text("saved/bad .ini", "");
    put_text("saved/k\xc3\xb6ln.ini", "");
    put_text("saved/upper.INI", "");
    put_text("saved/notes.txt", "");
    memset(name, 'x', sizeof name);
    memcpy(name, "saved/", 6);
    snprintf(name + 6 + 65, sizeof name - 71, ".ini");
    put_text(name, "");
    CHECK(mkdir(in_folder("saved/folder.ini"), 0755) == 0);
    CHECK(mkfifo(in_folder("saved/fifo.ini"), 0644) == 0);
    CHECK(symlink("/dev/zero", in_folder("saved/zero.ini")) == 0);
    CHECK(symlink("nowhere", in_folder("saved/gone.ini")) == 0);
    CHECK(symlink("good.ini", in_folder("saved/tied.ini")) == 0);
    alarm(10);
    CHECK_STR(list(), "2:good (good), 2:tied (good)");
    CHECK_STR(find("folder"), "none");
    CHECK_STR(find("fifo"), "none");
    alarm(0);
}

static void makes_titles_safe(void)
{
    char text[300] = "#";

    begin_library();
    put_text("saved/a.ini", "# \x1b[31mred \xff\xe2\x80\xae<b>");
    for (int i = 0; i < 60; i++)
        strcat(text, "\xc3\xa4");
    put_text("saved/b.ini", text); /* 40 of them fit */
    text[1 + 2 * 40] = '\0';
    put_text("saved/c.ini", "#");
    CHECK(strncmp(list(),
                  "2:a (?[31mred ?"
                  "?<b>), 2:b (",
                  27) == 0);
    CHECK(strncmp(list() + 27, text + 1, 80) == 0 && strcmp(list() + 107, "), 2:c ()") == 0);
}

static void lists_without_folders(void)
{
    begin_library();
    put_text("shipped/a.ini", "");
    *library.folder[LIBRARY_SAVED] = '\0';
    strcat(library.folder[LIBRARY_ADMIN], "/gone");
    CHECK_STR(list(), "0:a ()");
    CHECK_STR(find("a"), "0:/shipped/a.ini");
    *library.folder[LIBRARY_SHIPPED] = '\0';
    CHECK_STR(list(), "");
    CHECK_STR(find("a"), "none");
}

static void lists_a_thousand(void)
{
    struct library_entry *entries;
    size_t count, saved = 0;
    char name[40];

    begin_library();
    put_text("saved/zz.ini", "");
    for (int i = 0; i < LIBRARY_ENTRIES + 10; i++) {
        snprintf(name, sizeof name, "shipped/%04d.ini", i);
        put_text(name, "# t");
    }
    CHECK(library_list(&library, &entries, &count) == 0 && count == LIBRARY_ENTRIES);
    for (size_t i = 0; i < count; i++) {
        saved += entries[i].folder == LIBRARY_SAVED;
        CHECK(i == 0 || strcmp(entries[i - 1].name, entries[i].name) < 0);
    }
    CHECK(saved == 1);
    free(entries);
}

static void finds(void)
{
    begin_library();
    put_text("shipped/a.ini", "");
    CHECK_STR(find("a"), "0:/shipped/a.ini");
    put_text("admin/a.ini", "");
    CHECK_STR(find("a"), "1:/admin/a.ini");
    put_text("saved/a.ini", "");
    CHECK_STR(find("a"), "2:/saved/a.ini");
    put_text("secret.ini", "");
    CHECK_STR(find("../secret"), "none");
    CHECK_STR(find("b"), "none");
    CHECK_STR(find(""), "none");
}

static void saves(void)
{
    struct stat status;

    begin_library();
    CHECK(rmdir(library.folder[LIBRARY_SAVED]) == 0);
    powercut_forget();
    CHECK(library_save(&library, "a", "one", 3) == 0 && has_text(in_folder("saved/a.ini"), "one"));
    CHECK(powercut_unsafe() == 0);
    CHECK(stat(library.folder[LIBRARY_SAVED], &status) == 0 && (status.st_mode & 0777) == 0750);
    CHECK(library_save(&library, "a", "two", 3) == 0 && has_text(in_folder("saved/a.ini"), "two"));
    CHECK(is_missing(in_folder("saved/a.ini.1")));
    CHECK(library_save(&library, "a/b", "x", 1) == -EINVAL);
    CHECK(library_save(&library, "../b", "x", 1) == -EINVAL && is_missing(in_folder("b.ini")));
    CHECK(symlink("a.ini", in_folder("saved/tied.ini")) == 0);
    CHECK(library_save(&library, "tied", "x", 1) == -ELOOP);
    CHECK(has_text(in_folder("saved/a.ini"), "two"));
    strcat(library.folder[LIBRARY_SAVED], "/a.ini");
    CHECK(library_save(&library, "b", "x", 1) == -ENOTDIR);
    strcpy(library.folder[LIBRARY_SAVED], in_folder("gone/saved"));
    CHECK(library_save(&library, "b", "x", 1) == -ENOENT);
    *library.folder[LIBRARY_SAVED] = '\0';
    CHECK(library_save(&library, "b", "x", 1) == -ENOENT);
}

static void renames(void)
{
    begin_library();
    put_text("saved/a.ini", "a");
    put_text("saved/b.ini", "b");
    put_text("shipped/s.ini", "s");
    powercut_forget();
    CHECK(library_rename(&library, "a", "c", false) == 0);
    CHECK(powercut_unsafe() == 0);
    CHECK(has_text(in_folder("saved/c.ini"), "a") && is_missing(in_folder("saved/a.ini")));
    CHECK(library_rename(&library, "c", "b", false) == -EEXIST);
    CHECK(library_rename(&library, "c", "s", false) == -EEXIST);
    CHECK(library_rename(&library, "c", "c", false) == -EEXIST);
    CHECK(has_text(in_folder("saved/c.ini"), "a") && has_text(in_folder("saved/b.ini"), "b"));
    CHECK(library_rename(&library, "c", "c", true) == 0);
    CHECK(library_rename(&library, "c", "b", true) == 0 && has_text(in_folder("saved/b.ini"), "a"));
    CHECK(library_rename(&library, "b", "s", true) == 0 && has_text(in_folder("saved/s.ini"), "a"));
    CHECK(has_text(in_folder("shipped/s.ini"), "s"));
    CHECK(library_rename(&library, "s", "t", false) == 0); /* the saved one, not the hidden one */
    CHECK_STR(list(), "0:s (), 2:t ()");
    CHECK(library_rename(&library, "s", "u", true) == -EACCES);
    CHECK(library_rename(&library, "gone", "u", true) == -ENOENT);
    CHECK(library_rename(&library, "t", "../u", true) == -EINVAL);
    CHECK(library_rename(&library, "../saved/t", "u", true) == -EINVAL);
    CHECK_STR(list(), "0:s (), 2:t ()");
}

static void deletes(void)
{
    begin_library();
    put_text("saved/a.ini", "a");
    put_text("shipped/a.ini", "s");
    put_text("secret.ini", "");
    powercut_forget();
    CHECK(library_delete(&library, "a") == 0);
    CHECK(powercut_unsafe() == 0);
    CHECK_STR(find("a"), "0:/shipped/a.ini");
    CHECK(library_delete(&library, "a") == -EACCES && has_text(in_folder("shipped/a.ini"), "s"));
    CHECK(library_delete(&library, "b") == -ENOENT);
    CHECK(library_delete(&library, "../secret") == -EINVAL &&
          has_text(in_folder("secret.ini"), ""));
}

/* The n-th call of each change fails: an error, or it is done. */
static void says_what_fails(void)
{
    for (int n = 1; n < 12; n++) {
        int error;

        begin_library();
        put_text("saved/a.ini", "a");
        powercut_fail_at(n, EIO);
        error = library_rename(&library, "a", "b", false);
        powercut_at(0);
        CHECK(error || !is_missing(in_folder("saved/b.ini")));
        CHECK(is_missing(in_folder("saved/a.ini")) != is_missing(in_folder("saved/b.ini")));
        CHECK((error == -EIO) == (n <= 3)); /* rename, open, fsync; not close */
        put_text("saved/a.ini", "a");
        powercut_fail_at(n, EIO);
        error = library_delete(&library, "a");
        powercut_at(0);
        CHECK((error == -EIO) == (n <= 3));
        CHECK(is_missing(in_folder("saved/a.ini")) == (n != 1));
    }
}

static void knows_what_was_meant(void)
{
    struct library_entry *entries;
    size_t count;
    const char *nearest;

    begin_library();
    put_text("shipped/night.ini", "");
    put_text("shipped/nights.ini", "");
    put_text("saved/Cinema.ini", "");
    CHECK(library_list(&library, &entries, &count) == 0);
    nearest = library_nearest(entries, count, "nigth");
    CHECK_STR(nearest ? nearest : "", "night");
    nearest = library_nearest(entries, count, "nighs");
    CHECK_STR(nearest ? nearest : "", "night");
    nearest = library_nearest(entries, count, "nihgts");
    CHECK_STR(nearest ? nearest : "", "nights");
    nearest = library_nearest(entries, count, "cinema");
    CHECK_STR(nearest ? nearest : "", "Cinema");
    CHECK(!library_nearest(entries, count, "opera"));
    CHECK(!library_nearest(entries, count, ""));
    CHECK(!library_nearest(NULL, 0, "night"));
    free(entries);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "library looks at names", looks_at_names },
        { "library lists", lists },
        { "library ignores foreign files", ignores_foreign_files },
        { "library makes titles safe", makes_titles_safe },
        { "library lists without folders", lists_without_folders },
        { "library lists a thousand", lists_a_thousand },
        { "library finds", finds },
        { "library saves", saves },
        { "library renames", renames },
        { "library deletes", deletes },
        { "library says what fails", says_what_fails },
        { "library knows what was meant", knows_what_was_meant },
        { 0 },
    };
    int failed;

    if (!make_folder())
        return 1;
    failed = test_main(tests, argc, argv);
    remove_folder();
    return failed;
}
