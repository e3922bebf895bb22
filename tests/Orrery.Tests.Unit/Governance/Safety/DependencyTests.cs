using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Dependencies are read as they are written, ordered as PEP 440 does, and matched as OSV does.</summary>
public sealed class DependencyTests
{
    [Fact]
    public void Versions_stand_in_the_order_of_PEP_440()
    {
        // The specification's own example, with an epoch, zeros and locals.
        string[] ordered =
        [
            "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456",
            "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1", "1.10", "2!0.1",
        ];
        for (var i = 1; i < ordered.Length; i++)
            Assert.True(PyVersion.Parse(ordered[i - 1])!.CompareTo(PyVersion.Parse(ordered[i])) < 0, $"{ordered[i - 1]} < {ordered[i]}");
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("v1.0-alpha.1", "1a1")]
    [InlineData("1.0-1", "1.0.post1")]
    [InlineData("1.0RC1", "1.0c1")]
    public void Spellings_of_the_same_version_are_equal(string one, string two) => Assert.Equal(0, PyVersion.Parse(one)!.CompareTo(PyVersion.Parse(two)));

    [Theory]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("1..2")]
    public void What_is_no_version_is_none(string text) => Assert.Null(PyVersion.Parse(text));

    [Fact]
    public void Requirements_are_read_in_their_three_forms()
    {
        var pip = Requirements.Read("requirements.txt", "# comment\nScikit_Learn[alldeps] == 1.2.1 ; python_version > '3.8'\nnumpy>=1.20,<2\n-r other.txt\npandas===1.5.3 # why\n");
        Assert.Equal([("scikit-learn", "1.2.1"), ("numpy", null), ("pandas", "1.5.3")], pip.Select(static one => (one.Name, one.Version)));
        var conda = Requirements.Read("conda.yaml", "name: x\nchannels: [conda-forge]\ndependencies:\n- python=3.11.2\n- pip<=23\n- pip:\n  - mlflow==2.1.0\n");
        Assert.Equal([("python", "3.11.2", false), ("pip", null, false), ("mlflow", "2.1.0", true)], conda.Select(static one => (one.Name, one.Version, one.IsPyPi)));
        var env = Requirements.Read("python_env.yaml", "python: 3.11.2\nbuild_dependencies:\n- setuptools==65.5.0\ndependencies:\n- -r requirements.txt\n");
        Assert.Equal([("setuptools", "65.5.0")], env.Select(static one => (one.Name, one.Version)));
        Assert.Empty(Requirements.Read("conda.yaml", "a: &x [*x]"));
    }

    [Fact]
    public void Advisories_match_by_ranges_and_versions()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """
                [{"id": "OSV-1", "aliases": ["CVE-2024-1"], "summary": "s", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
                  "affected": [{"package": {"ecosystem": "PyPI", "name": "Example_Lib"}, "versions": ["9.9"],
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}, {"introduced": "2.0"}, {"last_affected": "2.3"}]}]}]},
                 {"id": "OSV-2", "affected": [{"package": {"ecosystem": "npm", "name": "example-lib"}, "versions": ["1.0"]}]},
                 {"id": "OSV-3", "withdrawn": "2024-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "example-lib"}, "versions": ["1.5"]}]},
                 {"id": "OSV-4", "database_specific": {"severity": "LOW"}, "affected": [{"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["1.0"]}]}]
                """);
            var all = Advisories.Read(file);
            var hit = (string[])["0.1", "1.1.9", "1.2.0rc1", "2.0", "2.3", "9.9"];
            Assert.All(hit, version => Assert.Equal("OSV-1", Assert.Single(all.Of("example-lib", version)).Id));
            Assert.All((string[])["1.2", "1.5", "1.9", "2.3.1", "3"], version => Assert.Empty(all.Of("example-lib", version)));
            var found = all.Of("example-lib", "1.0").Single();
            Assert.Equal((Severity.Critical, "1.2.0"), (found.Severity, found.FixFor("1.0")));
            Assert.Equal(Severity.Low, all.Of("other", "1.0").Single().Severity);
            Assert.Throws<InvalidDataException>(() => Bad(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.0/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:N/A:N", 4.7)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0)]
    [InlineData("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0.0)]
    public void Scores_are_those_of_FIRSTs_calculator(string vector, double score) => Assert.Equal(score, Cvss.Base(vector));

    private static void Bad(string file)
    {
        File.WriteAllText(file, "{\"affected\": []}");
        Advisories.Read(file);
    }
}
