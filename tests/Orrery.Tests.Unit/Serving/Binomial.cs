namespace Orrery.Tests.Unit.Serving;

/// <summary>Exact bounds of the binomial distribution.</summary>
internal static class Binomial
{
    /// <summary>The counts that a fair draw stays within but for a chance of at most <paramref name="alpha"/>, half of it on each side.</summary>
    public static (int Least, int Most) Bounds(int draws, double p, double alpha)
    {
        var log = draws * Math.Log(1 - p);
        var (below, least, most) = (0.0, -1, draws);
        for (var count = 0; count <= draws; count++)
        {
            below += Math.Exp(log);
            if (least < 0 && below > alpha / 2)
                least = count;
            if (below >= 1 - (alpha / 2))
            {
                most = count;
                break;
            }

            log += Math.Log((double)(draws - count) / (count + 1)) + Math.Log(p / (1 - p));
        }

        return (least, most);
    }
}
