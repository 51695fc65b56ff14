// Paths with backslashes in the C++ library's files and paths.
#include <windows.h>
#include <stdio.h>
#include <string.h>
#include <filesystem>
#include <fstream>
#include <string>
#include "check.h"

namespace fs = std::filesystem;

static std::string here() {
    char text[MAX_PATH];
    CHECK(GetCurrentDirectoryA(MAX_PATH, text) == strlen(text));
    return text;
}

static void given() {
    char text[MAX_PATH];
    CHECK(GetModuleFileNameA(NULL, text, MAX_PATH) > 0);
    CHECK(fs::exists(fs::path(text)) && fs::is_directory(fs::path(text).parent_path()));
    CHECK(std::ifstream(text).good());
}

static void opened() {
    std::string name = here() + "\\winsock-paths\\a.txt", line;
    CHECK(CreateDirectoryA("winsock-paths", NULL));
    std::ofstream(name) << "text" << std::endl;
    std::ifstream in(".\\winsock-paths\\a.txt");
    CHECK(std::getline(in, line) && line.substr(0, 4) == "text");
    in.close();
    std::fstream both;
    both.open(name, std::ios::in | std::ios::out);
    CHECK(both.is_open());
    both.close();
    std::wifstream wide(name.c_str());
    CHECK(wide.good());
    wide.close();
    CHECK(!std::ifstream("winsock-paths\\none").is_open());

    fs::path path = name;
    CHECK(path.filename() == "a.txt" && path.parent_path().filename() == "winsock-paths");
    CHECK(fs::exists(path) && fs::file_size("winsock-paths\\a.txt") >= 5);
    path = here();
    path /= "winsock-paths\\a.txt";
    CHECK(fs::exists(path) && fs::exists(fs::path(here()) / "winsock-paths\\a.txt"));
    path = here();
    path += "\\winsock-paths\\a.txt";
    CHECK(path.filename() == "a.txt" && std::ifstream(path).is_open());
    CHECK(fs::equivalent(fs::absolute("winsock-paths\\a.txt"), path));

    CHECK(fs::remove("winsock-paths\\a.txt"));
    CHECK(fs::remove("winsock-paths\\..\\winsock-paths"));
}

int main() {
    given();
    opened();
    printf("%d wrong\n", wrong);
    return wrong;
}
