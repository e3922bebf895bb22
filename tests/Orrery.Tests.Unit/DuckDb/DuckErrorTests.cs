using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Where a statement is wrong, and what kind it is.</summary>
public sealed class DuckErrorTests : DuckTest
{
    [Theory]
    [InlineData("SELECT 1 FRM t", DuckErrorType.Parser, 1, 14)]
    [InlineData("SELECT 1\n  + nowhere", DuckErrorType.Binder, 2, 5)]
    [InlineData("SELECT *\n  FROM\n  nowhere", DuckErrorType.Catalog, 3, 3)]
    [InlineData("SELECT missing(1)", DuckErrorType.Catalog, 1, 8)]
    public void A_failure_has_its_kind_and_place(string sql, DuckErrorType type, int line, int column)
    {
        foreach (var failure in new[] { Assert.Throws<DuckException>(() => Execute(sql)), Assert.Throws<DuckException>(() => Connection.Prepare(sql)), Assert.Throws<DuckException>(() => Connection.StatementKind(sql)) })
        {
            Assert.Equal((type, line, column), (failure.Type, failure.Line, failure.Column));
            Assert.DoesNotContain('\n', failure.Summary);
            Assert.DoesNotContain("LINE", failure.Summary, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_place_in_a_long_line_is_found()
    {
        var sql = $"SELECT {string.Join(", ", Enumerable.Range(0, 100).Select(static i => $"{i} AS c{i}"))}, nowhere, {string.Join(", ", Enumerable.Range(0, 100).Select(static i => $"{i} AS d{i}"))}";

        var failure = Assert.Throws<DuckException>(() => Execute(sql));

        Assert.Equal((1, sql.IndexOf("nowhere", StringComparison.Ordinal) + 1), (failure.Line, failure.Column));
    }

    [Fact]
    public void A_failure_without_a_place_has_none()
    {
        var failure = Assert.Throws<DuckException>(() => Execute("SELECT 'x'::VARCHAR::INTEGER FROM range(1)"));

        Assert.Equal(DuckErrorType.Conversion, failure.Type);
        Assert.Equal("Conversion Error: Could not convert string 'x' to INT32", failure.Summary);
    }

    [Theory]
    [InlineData("SELECT 1", DuckStatementKind.Select)]
    [InlineData("FROM t", DuckStatementKind.Select)]
    [InlineData("WITH a AS (SELECT 1) FROM a", DuckStatementKind.Select)]
    [InlineData("DESCRIBE t", DuckStatementKind.Select)]
    [InlineData("SELECT 1;", DuckStatementKind.Select)]
    [InlineData("EXPLAIN ANALYZE DELETE FROM t", DuckStatementKind.Explain)]
    [InlineData("INSERT INTO t VALUES (1)", DuckStatementKind.Insert)]
    [InlineData("UPDATE t SET i = 1", DuckStatementKind.Update)]
    [InlineData("DELETE FROM t", DuckStatementKind.Delete)]
    [InlineData("CREATE TABLE u (i INTEGER)", DuckStatementKind.Create)]
    [InlineData("DROP TABLE t", DuckStatementKind.Drop)]
    [InlineData("VACUUM", DuckStatementKind.Vacuum)]
    [InlineData("SET threads = 1", DuckStatementKind.Set)]
    [InlineData("ATTACH 'x.db'", DuckStatementKind.Attach)]
    [InlineData("BEGIN", DuckStatementKind.Transaction)]
    public void A_statement_has_a_kind(string sql, DuckStatementKind kind)
    {
        _ = Execute("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1)");

        Assert.Equal(kind, Connection.StatementKind(sql));

        using var statement = Connection.Prepare(sql);
        Assert.Equal(kind, statement.Kind);
        Assert.Equal(1L, Scalar("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; DROP TABLE t")]
    [InlineData("")]
    [InlineData("-- nothing")]
    public void One_statement_is_one(string sql)
    {
        Assert.Equal(DuckErrorType.InvalidInput, Assert.Throws<DuckException>(() => Connection.StatementKind(sql)).Type);
        _ = Assert.Throws<DuckException>(() => Connection.Prepare(sql));
    }

    [Fact]
    public void A_conflict_of_transactions_is_told_as_one()
    {
        _ = Execute("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1)");
        using var other = Database.Connect();
        using var mine = Connection.BeginTransaction();
        using var theirs = other.BeginTransaction();
        _ = Execute("UPDATE t SET i = 2");

        Assert.Equal(DuckErrorType.Transaction, Assert.Throws<DuckException>(() => other.Execute("UPDATE t SET i = 3", Cancel)).Type);

        Assert.Equal(DuckErrorType.Transaction, Assert.Throws<DuckException>(theirs.Commit).Type);
        mine.Commit();
        theirs.Dispose();
        Assert.Equal(2, Scalar(other, "SELECT i FROM t"));
    }

    [Fact]
    public void A_transaction_in_which_a_statement_failed_does_not_pretend_to_be_committed()
    {
        _ = Execute("CREATE TABLE t (i INTEGER PRIMARY KEY)");
        using (var transaction = Connection.BeginTransaction())
        {
            _ = Execute("INSERT INTO t VALUES (1)");
            _ = Assert.Throws<DuckException>(() => Execute("INSERT INTO t VALUES (1)"));

            Assert.Equal(DuckErrorType.Transaction, Assert.Throws<DuckException>(transaction.Commit).Type);
        }

        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
    }
}
