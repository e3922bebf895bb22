using Orrery.Cli;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class CsvInstancesTests
{
    [Theory]
    [InlineData("a,b\n1,x\n", """{"instances":[{"a":1,"b":"x"}]}""")]
    [InlineData("1,2.5\r\n-3,1e3\r\n", """{"instances":[[1,2.5],[-3,1000]]}""")]
    [InlineData("name,is_new,note\n\"Ann, \"\"A\"\"\",true,\n", """{"instances":[{"name":"Ann, \u0022A\u0022","is_new":true,"note":null}]}""")]
    [InlineData("zip\n\"01234\"\n\n", """{"instances":[{"zip":"01234"}]}""")]
    [InlineData("id\n9007199254740993\n", """{"instances":[{"id":9007199254740993}]}""")]
    public void Lines_become_instances(string csv, string body) => Assert.Equal(body, CsvInstances.Of(csv, asLists: false));

    [Fact]
    public void Values_go_in_their_order_when_asked() =>
        Assert.Equal("""{"instances":[[1,"x"]]}""", CsvInstances.Of("a,b\n1,x\n", asLists: true));

    [Theory]
    [InlineData("a,b\n", "no rows")]
    [InlineData("a,b\n1\n", "Row 1 of the CSV has 1 fields, the first line has 2.")]
    [InlineData("a\n\"x\n", "not closed")]
    [InlineData("a\n\"x\"y\n", "behind a closing quote")]
    public void What_is_no_csv_is_refused(string csv, string message) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => CsvInstances.Of(csv, asLists: false)).Message, StringComparison.Ordinal);
}
