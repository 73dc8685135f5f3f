/* A small neural network of two layers, with the activations tanh and sigmoid, softmax at the end; a batch of inputs. */
#include "program.h"

#include <math.h>

enum { INPUTS = 8, HIDDEN = 256, OUTPUTS = 32, BATCH = 256 };
static float input[BATCH][INPUTS], first[INPUTS][HIDDEN], gate[INPUTS][HIDDEN], second[8][OUTPUTS];

static void hidden_layer(float *restrict h, const float *restrict x)
{
    float t[HIDDEN] = {0}, g[HIDDEN] = {0};
    for (int k = 0; k < INPUTS; k++)
        for (int j = 0; j < HIDDEN; j++) {
            t[j] += x[k] * first[k][j];
            g[j] += x[k] * gate[k][j];
        }
    for (int j = 0; j < HIDDEN; j++) h[j] = tanhf(t[j]) / (1 + expf(-g[j]));
}

/* Sums of every eighth hidden value feed the outputs. */
static void output_layer(float *restrict y, const float *restrict h)
{
    float part[8] = {0}, logit[OUTPUTS] = {0}, most = -1e30f, sum = 0;
    for (int j = 0; j < HIDDEN; j++) part[j % 8] += h[j];
    for (int k = 0; k < 8; k++)
        for (int j = 0; j < OUTPUTS; j++) logit[j] += part[k] * second[k][j];
    for (int j = 0; j < OUTPUTS; j++) most = logit[j] > most ? logit[j] : most;
    for (int j = 0; j < OUTPUTS; j++) y[j] = expf(logit[j] - most);
    for (int j = 0; j < OUTPUTS; j++) sum += y[j];
    for (int j = 0; j < OUTPUTS; j++) y[j] /= sum;
}

static void infer(float *out, int n)
{
    float h[HIDDEN];
    for (int b = 0; b < n / OUTPUTS; b++) {
        hidden_layer(h, input[b]);
        output_layer(out + b * OUTPUTS, h);
    }
}

static void fill(float *x, int n, unsigned *state, float size)
{
    for (int i = 0; i < n; i++) x[i] = program_random(state, -size, size);
}

int main(int argc, char **argv)
{
    unsigned state = 2;
    fill(&input[0][0], BATCH * INPUTS, &state, 1);
    fill(&first[0][0], INPUTS * HIDDEN, &state, 1);
    fill(&gate[0][0], INPUTS * HIDDEN, &state, 1);
    fill(&second[0][0], 8 * OUTPUTS, &state, 0.1f);
    return program_run(argc, argv, infer, BATCH * OUTPUTS, 200);
}
