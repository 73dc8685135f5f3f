/* The subcommands: one row of COMMANDS in approxcc.c each. argv[0] is the subcommand; the result is
   the exit code. */
#ifndef APPROX_TOOLS_COMMANDS_H
#define APPROX_TOOLS_COMMANDS_H

int cmd_synth(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_catalogue(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_libm(int argc, char **argv);
/* The compiler driver: argv[1..] are clang's arguments. */
int cmd_cc(int argc, char **argv);

#endif
