// RTNeural: one sample through a model whose sizes its type knows, with Eigen. It trains nothing.
// Answers requests to time a case for a while, as harness/src/lib.rs says.

#include <RTNeural/RTNeural.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{
using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// Uniform numbers of mean 0 and variance 1, the same in every run and in every program.
struct Numbers
{
    std::uint32_t state = 1;
    double next()
    {
        state = state * 1664525u + 1013904223u;
        return (state / 4294967295.0 * 2 - 1) * std::sqrt(3.0);
    }
};

// PyTorch's initial weights.
template <typename Dense>
void initialise(Dense& dense, Numbers& numbers)
{
    const double bound = 1 / std::sqrt(double(dense.in_size)) / std::sqrt(3.0);
    std::vector<std::vector<float>> weights(dense.out_size, std::vector<float>(dense.in_size));
    std::vector<float> bias(dense.out_size);
    for (auto& row : weights)
        for (auto& weight : row)
            weight = float(numbers.next() * bound);
    for (auto& b : bias)
        b = float(numbers.next() * bound);
    dense.setWeights(weights);
    dense.setBias(bias.data());
}

// Repeats a call for so long: the median time of a block of calls.
template <typename Step>
void measure(double seconds, Step&& step)
{
    const double block_seconds = 2e-3;
    volatile float last = step();
    const float first = last;
    const auto begin = Clock::now();
    // A fifth of the time warms caches and clock, and tells how many calls make a block.
    std::size_t warm = 0;
    for (; warm < 2 || since(begin) < seconds / 5; ++warm)
        last = step();
    const auto steps = std::max<std::size_t>(1, std::size_t(block_seconds / (since(begin) / double(warm))));
    std::vector<double> blocks;
    while (blocks.empty() || since(begin) < seconds)
    {
        const auto block = Clock::now();
        for (std::size_t i = 0; i < steps; ++i)
            last = step();
        blocks.push_back(since(block) / double(steps));
    }
    std::sort(blocks.begin(), blocks.end());
    std::printf("%.4f %g %g\n", blocks[blocks.size() / 2] * 1e6, first, float(last));
}

using Case = std::function<void(double)>;

// A sample as RTNeural wants it: a vector of Eigen's must begin at it.
template <int Size>
struct Input
{
    alignas(64) float values[Size];
};

// Dense layers are every second one.
template <typename Model, int Inputs, int... Layers>
Case infer()
{
    auto model = std::make_shared<Model>();
    Numbers numbers;
    (initialise(model->template get<Layers>(), numbers), ...);
    model->reset();
    numbers = {};
    auto x = std::make_shared<Input<Inputs>>();
    for (auto& value : x->values)
        value = float(numbers.next());
    return [=](double seconds) {
        measure(seconds, [&] {
            // The compiler must take the input for one that it does not know.
            asm volatile("" : : "r"(x->values) : "memory");
            return model->forward(x->values);
        });
    };
}

template <int In, int Out>
using Dense = RTNeural::DenseT<float, In, Out>;
template <int Size>
using Tanh = RTNeural::TanhActivationT<float, Size>;
template <int Size>
using Relu = RTNeural::ReLuActivationT<float, Size>;

template <int Size>
using Single = RTNeural::ModelT<float, Size, Size, Dense<Size, Size>>;
using Tiny = RTNeural::ModelT<float, 4, 2, Dense<4, 32>, Tanh<32>, Dense<32, 32>, Tanh<32>, Dense<32, 2>>;
using Mlp = RTNeural::ModelT<float, 784, 10, Dense<784, 128>, Relu<128>, Dense<128, 64>, Relu<64>, Dense<64, 10>>;
}

int main()
{
    const std::map<std::string, Case> cases {
        { "dense8_infer_b1", infer<Single<8>, 8, 0>() },
        { "dense16_infer_b1", infer<Single<16>, 16, 0>() },
        { "dense32_infer_b1", infer<Single<32>, 32, 0>() },
        { "dense64_infer_b1", infer<Single<64>, 64, 0>() },
        { "tiny_infer_b1", infer<Tiny, 4, 0, 2, 4>() },
        { "mlp_infer_b1", infer<Mlp, 784, 0, 2, 4>() },
    };
    std::string name;
    double seconds = 0;
    while (std::cin >> name >> seconds)
    {
        const auto found = cases.find(name);
        if (found == cases.end())
            std::puts("none");
        else
            found->second(seconds);
        std::fflush(stdout);
    }
}
