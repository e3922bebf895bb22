using Orrery.Native;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>SQL of users that only reads.</summary>
public sealed class DuckReadOnlyTests : DuckTest
{
    // Table functions of this version of DuckDB that only read, each looked at. A newer version's new ones fail the test until they are, too.
    private const string Reading = """
        check_peg_parser duckdb_approx_database_count duckdb_columns duckdb_connection_count duckdb_constraints duckdb_coordinate_systems duckdb_databases
        duckdb_dependencies duckdb_extensions duckdb_external_file_cache duckdb_functions duckdb_indexes duckdb_keywords duckdb_memory duckdb_optimizers
        duckdb_schemas duckdb_secret_types duckdb_sequences duckdb_settings duckdb_table_sample duckdb_tables duckdb_temporary_files duckdb_types
        duckdb_variables duckdb_views generate_series glob icu_calendar_names json_each json_tree parquet_bloom_probe parquet_file_metadata
        parquet_full_metadata parquet_kv_metadata parquet_metadata parquet_scan parquet_schema pg_timezone_names pragma_collations pragma_database_size
        pragma_metadata_info pragma_platform pragma_show pragma_storage_info pragma_table_info pragma_user_agent pragma_version range read_blob read_csv
        read_csv_auto read_duckdb read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects
        read_parquet read_text repeat repeat_row sniff_csv sql_auto_complete summary test_all_types test_vector_types unnest
        """;

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("FROM t")]
    [InlineData("WITH a AS (SELECT lower('X') AS x) SELECT x, 'enable_logging' FROM a ORDER BY x LIMIT 5")]
    [InlineData("DESCRIBE t")]
    [InlineData("SUMMARIZE t")]
    [InlineData("SHOW TABLES")]
    [InlineData("SELECT sum(i) OVER (ORDER BY i), time_bucket(INTERVAL '1 day', now()) FROM t ASOF JOIN t AS u USING (i)")]
    public void A_select_reads(string sql)
    {
        _ = Execute("CREATE TABLE t (i INTEGER)");

        Assert.True(Connection.OnlyReads(sql));
    }

    [Theory]
    [InlineData("SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '/tmp/log')")]
    [InlineData("FROM \"ENABLE_LOGGING\"()")]
    [InlineData("SELECT 1 FROM t WHERE EXISTS (SELECT * FROM main.enable_logging())")]
    [InlineData("WITH a AS (FROM disable_logging()) SELECT 1")]
    [InlineData("SELECT (SELECT nextval('s'))")]
    [InlineData("SELECT i FROM t ORDER BY nextval('s')")]
    [InlineData("SELECT * FROM query('FROM enable_' || 'logging()')")]
    [InlineData("SELECT * FROM duckdb_logs()")]
    [InlineData("SELECT write_log('x')")]
    [InlineData("EXPLAIN ANALYZE DELETE FROM t")]
    [InlineData("DELETE FROM t")]
    [InlineData("CALL pragma_version()")]
    [InlineData("PRAGMA enable_profiling")]
    [InlineData("SET VARIABLE x = 1")]
    public void What_acts_does_not_only_read(string sql)
    {
        _ = Execute("CREATE TABLE t (i INTEGER); CREATE SEQUENCE s");

        Assert.False(Connection.OnlyReads(sql));
    }

    [Fact]
    public void Deeply_nested_sql_is_judged_or_refused_but_does_not_break()
    {
        Assert.True(Connection.OnlyReads($"SELECT 1{string.Concat(Enumerable.Repeat(" + 1", 100))}"));
        _ = Assert.Throws<DuckException>(() => Connection.OnlyReads($"SELECT 1{string.Concat(Enumerable.Repeat(" + 1", 2000))}"));
    }

    [Fact]
    public void Every_table_function_was_looked_at()
    {
        var names = Assert.IsType<object?[]>(Scalar("SELECT list(DISTINCT function_name) FROM duckdb_functions() WHERE function_type = 'table'")).Cast<string>();

        Assert.Empty(names.Except(ReadOnlySql.Acting).Except(Reading.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }
}
