using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class WarehouseAccessTests
{
    [Theory]
    [InlineData(new string[0], false)]
    [InlineData(new[] { "*" }, true)]
    [InlineData(new[] { "other", "w" }, true)]
    [InlineData(new[] { "other" }, false)]
    public async Task A_warehouse_is_for_the_workspaces_that_it_names(string[] workspaces, bool expected)
    {
        await using var warehouses = new Warehouses(new() { Warehouses = { ["main"] = new() { Connection = "Host=nowhere", Workspaces = workspaces } } });

        Assert.Equal(expected ? null : "features.warehouse_not_found", warehouses.Find("w", "main").Failure?.Code);
    }
}
