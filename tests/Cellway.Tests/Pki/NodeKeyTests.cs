using System.Runtime.Versioning;
using System.Security.Cryptography;
using Cellway.Pki.Requesting;

namespace Cellway.Tests.Pki;

[UnsupportedOSPlatform("windows")]
public sealed class NodeKeyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("key").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void TryLoad_WhatWasSaved_IsTheSameKeyInAPrivateFile()
    {
        var path = Path.Combine(_directory, "node.key");
        using var key = NodeKey.New();
        key.Save(path);
        key.Save(path);
        Assert.True(NodeKey.TryLoad(path, out var again));
        Assert.Equal(key.KeyHash, again.KeyHash);
        Assert.Equal(key.Derive("x"), again.Derive("x"));
        Assert.NotEqual(key.Derive("x"), key.Derive("y"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(_directory));
        again.Dispose();
    }

    [Fact]
    public void TryLoad_NoSuchKey_IsFalse()
    {
        var path = Path.Combine(_directory, "node.key");
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var content in new[] { "", "junk", p384.ExportPkcs8PrivateKeyPem() })
        {
            File.WriteAllText(path, content);
            Assert.False(NodeKey.TryLoad(path, out _));
        }
    }

    [Fact]
    public void EnsureDirectory_OpenToOthers_IsClosed()
    {
        var path = Path.Combine(_directory, "a", "b");
        PrivateFiles.EnsureDirectory(path);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        PrivateFiles.EnsureDirectory(path);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Write_CannotReplace_LeavesTheOldAndNoTemporaryFile()
    {
        var path = Path.Combine(_directory, "is-a-directory");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => PrivateFiles.Write(path, [1]));
        Assert.Empty(Directory.GetFiles(_directory));
    }
}
