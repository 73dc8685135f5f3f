// approx.h from C++: a program from its text, told, compiled, called.
#include <approx.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

int main()
{
    const std::string text = "approx 1\nname twice\nexpression x+x\ntype f64\ndomain x [1, 2]\nbound 1ulp\n"
                             "program\nf64 x\nf64 y = add x x\nreturn y\n";
    approx_program *program = nullptr;
    approx_function *function = nullptr;
    approx_error error;
    if (approx_program_parse(&program, text.data(), text.size(), &error) != APPROX_OK ||
        approx_compile(&function, program, &error) != APPROX_OK) {
        std::fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    std::unique_ptr<approx_program, decltype(&approx_program_free)> own_program(program, approx_program_free);
    std::unique_ptr<approx_function, decltype(&approx_function_free)> own_function(function, approx_function_free);
    const double x = 1.25;
    return approx_call(function, &x) == 2.5 && std::strcmp(approx_program_type(program), "f64") == 0 ? 0 : 1;
}
