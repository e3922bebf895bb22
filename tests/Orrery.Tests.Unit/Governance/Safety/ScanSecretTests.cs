using System.Text;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Secrets are found, told by place and kind, and never repeated.</summary>
public sealed class ScanSecretTests(HostileCorpus corpus) : IClassFixture<HostileCorpus>
{
    // Put together here, so that this file itself holds none.
    public static TheoryData<string, string> Secrets() => new()
    {
        { "private_key", "-----BEGIN RSA " + "PRIVATE KEY-----" },
        { "aws_access_key", "key = AKIA" + "IOSFODNN7EXAMPLF" },
        { "aws_secret_key", "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE1" },
        { "github_token", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8" },
        { "slack_token", "xoxb-" + "123456789012-abcdefABCDEF" },
        { "huggingface_token", "hf_" + "abcdefghijABCDEFGHIJabcdefghij1234" },
        { "connection_string", "postgresql://app:" + "s3cr3tpass@db.internal/churn" },
        { "connection_string", "Server=db;Database=x;User Id=app;Password=" + "s3cr3tpass;" },
        { "assignment", "api_key: \"" + "q8Zr2Lw9XcV4bN7mK1pD5tGh" + "\"" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_found_by_its_line_and_kind_and_not_repeated(string kind, string line)
    {
        var found = Assert.Single(corpus.Scan("config.yaml", Encoding.UTF8.GetBytes($"a: 1\n{line}\n")));
        Assert.Equal((ScanRules.Secret + kind, "config.yaml"), (found.Rule, found.Path));
        Assert.StartsWith("line 2 ", found.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(line[^10..], found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password: changeme")]
    [InlineData("token_count: 1234567890123456")]
    [InlineData("url: https://example.org/a/b?c=d")]
    [InlineData("secret_name: the-name-of-the-secret-in-the-vault")]
    [InlineData("postgresql://app:${PASSWORD}@db/churn")]
    [InlineData("sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    public void What_is_no_secret_is_not_found(string line) => Assert.Empty(corpus.Scan("config.yaml", Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Documents_that_run_something_and_scripts_are_told()
    {
        Assert.Equal(ScanRules.ActiveContent, Assert.Single(corpus.Scan("plot.html", "<html><script>alert(1)</script></html>"u8.ToArray())).Rule);
        Assert.Equal(ScanRules.ActiveContent, Assert.Single(corpus.Scan("plot.svg", "<svg onload=\"x()\"/>"u8.ToArray())).Rule);
        Assert.Empty(corpus.Scan("plot.html", "<html><p>fine</p></html>"u8.ToArray()));
        Assert.Equal(ScanRules.Script, Assert.Single(corpus.Scan("run", "#!/bin/sh\nls\n"u8.ToArray())).Rule);
        Assert.Equal(ScanRules.CodeRisky, Assert.Single(corpus.Scan("x.py", "import os\nos.system('ls')\n"u8.ToArray())).Rule);
    }
}
