using System.Numerics;

namespace Orrery.Statistics;

/// <summary>Numbers drawn from a seed: xoshiro256** (Blackman and Vigna), seeded by SplitMix64. The same seed gives the same numbers everywhere.</summary>
public sealed class ResampleDraws
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>Starts from a seed.</summary>
    public ResampleDraws(long seed)
    {
        var state = unchecked((ulong)seed);
        (_a, _b, _c, _d) = (Mix(ref state), Mix(ref state), Mix(ref state), Mix(ref state));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 (inclusive) to 1 (exclusive).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>How often something happens that happens so often on average.</summary>
    public long Poisson(double mean) => mean switch
    {
        <= 0 => 0,
        < 10 => Small(mean),
        _ => Large(mean),
    };

    private long Small(double mean)
    {
        var (left, number, chance) = (Next(), 0L, Math.Exp(-mean));
        while (left > chance && number < 1000)
        {
            left -= chance;
            chance *= mean / ++number;
        }

        return number;
    }

    // Hoermann 1993, transformed rejection (PTRS).
    private long Large(double mean)
    {
        var b = 0.931 + (2.53 * Math.Sqrt(mean));
        var a = -0.059 + (0.02483 * b);
        var inverse = 1.1239 + (1.1328 / (b - 3.4));
        var reach = 0.9277 - (3.6224 / (b - 2));
        while (true)
        {
            var u = Next() - 0.5;
            var v = Next();
            var us = 0.5 - Math.Abs(u);
            var number = Math.Floor((((2 * a / us) + b) * u) + mean + 0.43);
            if (us >= 0.07 && v <= reach)
                return (long)number;
            if (number < 0 || (us < 0.013 && v > us))
                continue;
            if (Math.Log(v) + Math.Log(inverse) - Math.Log((a / (us * us)) + b) <= (number * Math.Log(mean)) - mean - MathNet.Numerics.SpecialFunctions.GammaLn(number + 1))
                return (long)number;
        }
    }

    private static ulong Mix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
