using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What the columns of a query are made of, by the query's text alone.</summary>
public sealed class QueryColumnsTests
{
    [Theory]
    [InlineData("select a from t", "a", "t.a=Identity")]
    [InlineData("select t.a as b from s.t", "b", "s.t.a=Identity")]
    [InlineData("select s.t.a from s.t", "a", "s.t.a=Identity")]
    [InlineData("select x.a + 1 as b from t as x", "b", "t.a=Transformation")]
    [InlineData("select \"A b\" as \"C d\" from \"My table\"", "c D", "My table.A b=Identity")]
    [InlineData("select o.total, c.name from orders o join customers c on o.cid = c.id", "name", "customers.id=Join; customers.name=Identity; orders.cid=Join")]
    [InlineData("select name from orders o join customers c using (id)", "name", "customers.*=Identity; customers.id=Join; orders.*=Identity; orders.id=Join")]
    [InlineData("select id from orders o left join customers c using (id)", "id", "customers.id=Join; orders.id=Identity, Join")]
    [InlineData("with t as (select b as a from u) select a from t", "a", "u.b=Identity")]
    [InlineData("with t as (select b as a from u) select a from s.t", "a", "s.t.a=Identity")]
    [InlineData("with t as (select a from t) select a from t", "a", "t.a=Identity")]
    [InlineData("with x as (with y(k) as (select a from t) select k as z from y) select z * 2 as w from x", "w", "t.a=Transformation")]
    [InlineData("select q.s from (select sum(a) as s from t where b > 0 group by c) q", "s", "t.a=Aggregation; t.b=Filter; t.c=GroupBy")]
    [InlineData("select (select max(o.v) from o where o.id = c.id) as m from c", "m", "c.id=Filter; o.id=Filter; o.v=Aggregation")]
    [InlineData("select a from t where exists (select 1 from u where u.k = t.k)", "a", "t.a=Identity; t.k=Filter; u.k=Filter")]
    [InlineData("select case when a > 1 then b else c end as x from t", "x", "t.a=Conditional; t.b=Transformation; t.c=Transformation")]
    [InlineData("select sum(case when a then b end) as x from t", "x", "t.a=Conditional; t.b=Aggregation")]
    [InlineData("select coalesce(a, b) as x from t", "x", "t.a=Transformation; t.b=Transformation")]
    [InlineData("select sum(a) over (partition by b order by c) as x from t", "x", "t.a=Aggregation; t.b=Window; t.c=Window")]
    [InlineData("select row_number() over w as x from t window w as (order by d)", "x", "t.d=Window")]
    [InlineData("select lag(a) over (order by b) as x from t", "x", "t.a=Transformation; t.b=Window")]
    [InlineData("select c, count(*) as n from t group by 1 having max(d) > 1 order by 2", "n", "t.*=Aggregation, Sort; t.c=GroupBy; t.d=Filter")]
    [InlineData("select sum(a) filter (where b) as x from t", "x", "t.a=Aggregation; t.b=Filter")]
    [InlineData("select a from t union all select b from u", "a", "t.a=Identity; u.b=Identity")]
    [InlineData("select a, b from t union all by name select b, a from u", "a", "t.a=Identity; u.a=Identity")]
    [InlineData("select a from t except select b from u", "a", "t.a=Identity; u.b=Filter")]
    [InlineData("select * from t", "tenure", "t.tenure=Identity")]
    [InlineData("select t.*, u.b as c from t, u", "tenure", "t.tenure=Identity")]
    [InlineData("select * from t, u", "tenure", "t.*=Identity; u.*=Identity")]
    [InlineData("select * exclude (a) replace (b + 1 as b) from t", "b", "t.b=Transformation")]
    [InlineData("select a /* b from u */ as x, 'c from v' as y from t -- join w", "x", "t.a=Identity")]
    [InlineData("select lower(email) as email from t order by email", "email", "t.email=Transformation, Sort")]
    [InlineData("select a.b.c as x from t as a", "x", "t.b=Transformation")]
    [InlineData("with recursive r as (select id, p from t union all select t.id, r.p from t join r on t.p = r.id) select p from r", "p", "t.id=Join; t.p=Identity, Join")]
    [InlineData("select list_transform(l, z -> z + k) as x from t", "x", "t.k=Transformation; t.l=Transformation")]
    [InlineData("select distinct on (a) b as x from t", "x", "t.a=GroupBy; t.b=Identity")]
    public void Columns_are_followed(string sql, string column, string expected)
    {
        var read = QueryReader.Read(sql);

        Assert.Null(read.Problem);
        Assert.Equal(expected, string.Join("; ", read.Of(column)!.Columns.Select(static one => $"{one.Key.Table}.{one.Key.Column ?? "*"}={one.Value}").Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("select top 5 a from t", "the parser refuses it")]
    [InlineData("insert into t values (1)", "the parser refuses it")]
    [InlineData("select 1; select 2", "more than one statement")]
    [InlineData("select a from read_csv('/etc/passwd')", "the function read_csv")]
    [InlineData("select columns('a.*') from t", "COLUMNS")]
    [InlineData("select x from (select a from t) q", "in none of its tables")]
    public void What_cannot_be_followed_says_so(string sql, string problem) => Assert.Contains(problem, QueryReader.Read(sql).Problem, StringComparison.Ordinal);

    [Fact]
    public void Hostile_queries_are_given_up()
    {
        var deep = "select " + new string('(', 900) + "a" + string.Concat(Enumerable.Repeat("+1)", 900)) + " as x from t";
        var nested = string.Concat(Enumerable.Repeat("select * from (", 400)) + "select a from t" + string.Concat(Enumerable.Repeat(") q", 400));
        var doubling = "with c0 as (select * from t)" + string.Concat(Enumerable.Range(1, 40).Select(static i => $", c{i} as (select a.*, b.*, a.x as x{i} from c{i - 1} a, c{i - 1} b)")) + " select x from c40";
        foreach (var sql in new[] { deep, nested, doubling, "select " + string.Join('+', Enumerable.Repeat("1", 15_000)), "select '" + new string('x', SyntaxTree.MostBytes) + "'" })
            Assert.NotNull(QueryReader.Read(sql).Problem);
    }
}
