using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit.Serving;

public sealed class PredictionIdsTests
{
    [Fact]
    public void An_id_is_a_uuid_of_version_7_that_holds_its_time()
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_795_312_929_836);

        // More than are drawn of the system at once.
        var ids = Enumerable.Range(0, 1000).Select(_ => PredictionIds.New(at)).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id =>
        {
            Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11));
            Assert.Equal(at, PredictionIds.Time(id));
            Assert.Equal(id, PredictionIds.Parse(id.ToString("N")));
        });
        // 74 random bits: each of them is set in about half of the ids (six standard deviations of 1,000 draws are 95).
        var bits = new int[128];
        foreach (var bytes in ids.Select(static id => id.ToByteArray(bigEndian: true)))
        {
            for (var bit = 0; bit < 128; bit++)
                bits[bit] += (bytes[bit / 8] >> (7 - (bit % 8))) & 1;
        }

        Assert.All(bits[52..64].Concat(bits[66..]), static count => Assert.InRange(count, 405, 595));
    }
}
