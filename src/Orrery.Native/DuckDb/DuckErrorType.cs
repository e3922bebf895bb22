namespace Orrery.Native;

/// <summary>What kind of failure DuckDB reported. The numbers are those of duckdb_error_type, except for <see cref="LibraryMissing"/>.</summary>
public enum DuckErrorType
{
    /// <summary>The native library is not there or does not load.</summary>
    LibraryMissing = -1,

    /// <summary>No kind was given.</summary>
    Invalid = 0,

    /// <summary>A value is out of its type's range.</summary>
    OutOfRange = 1,

    /// <summary>A value does not convert to the type asked for.</summary>
    Conversion = 2,

    /// <summary>A type that does not exist here.</summary>
    UnknownType = 3,

    /// <summary>A decimal's width or scale.</summary>
    Decimal = 4,

    /// <summary>Types do not match.</summary>
    MismatchType = 5,

    /// <summary>Division by zero.</summary>
    DivideByZero = 6,

    /// <summary>The size of an object.</summary>
    ObjectSize = 7,

    /// <summary>A value has not the type it should.</summary>
    InvalidType = 8,

    /// <summary>Serialization.</summary>
    Serialization = 9,

    /// <summary>A transaction's conflict or state; after a conflict it must be rolled back and may be tried again.</summary>
    Transaction = 10,

    /// <summary>Not implemented.</summary>
    NotImplemented = 11,

    /// <summary>An expression.</summary>
    Expression = 12,

    /// <summary>A table, column or function that does not exist, or exists already.</summary>
    Catalog = 13,

    /// <summary>The text is no SQL.</summary>
    Parser = 14,

    /// <summary>The planner.</summary>
    Planner = 15,

    /// <summary>The scheduler.</summary>
    Scheduler = 16,

    /// <summary>The executor.</summary>
    Executor = 17,

    /// <summary>A constraint (primary key, not null, check) is violated.</summary>
    Constraint = 18,

    /// <summary>An index.</summary>
    Index = 19,

    /// <summary>Statistics.</summary>
    Statistics = 20,

    /// <summary>The connection.</summary>
    Connection = 21,

    /// <summary>Syntax found after parsing.</summary>
    Syntax = 22,

    /// <summary>A setting.</summary>
    Settings = 23,

    /// <summary>Names or types in the statement do not resolve.</summary>
    Binder = 24,

    /// <summary>The network.</summary>
    Network = 25,

    /// <summary>The optimizer.</summary>
    Optimizer = 26,

    /// <summary>A null pointer.</summary>
    NullPointer = 27,

    /// <summary>A file could not be read, written or locked.</summary>
    Io = 28,

    /// <summary>The query was interrupted.</summary>
    Interrupt = 29,

    /// <summary>The database cannot go on and must be opened again.</summary>
    Fatal = 30,

    /// <summary>A defect of DuckDB.</summary>
    Internal = 31,

    /// <summary>What was asked for makes no sense as it stands.</summary>
    InvalidInput = 32,

    /// <summary>The memory limit, or the limit of temporary files, is reached.</summary>
    OutOfMemory = 33,

    /// <summary>Not allowed by the database's settings.</summary>
    Permission = 34,

    /// <summary>A parameter has no type.</summary>
    ParameterNotResolved = 35,

    /// <summary>A parameter may not stand there.</summary>
    ParameterNotAllowed = 36,

    /// <summary>A dependency.</summary>
    Dependency = 37,

    /// <summary>HTTP.</summary>
    Http = 38,

    /// <summary>An extension is missing.</summary>
    MissingExtension = 39,

    /// <summary>An extension would have to be loaded, which is switched off.</summary>
    Autoload = 40,

    /// <summary>A sequence.</summary>
    Sequence = 41,

    /// <summary>A configuration that cannot be.</summary>
    InvalidConfiguration = 42,
}
