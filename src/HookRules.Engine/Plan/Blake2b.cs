using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace HookRules.Engine;

/// <summary>BLAKE2b-256 (RFC 7693). Managed, because .NET's SHA-256 loads OpenSSL on Linux, which costs more than a whole hook
/// process.</summary>
public static class Blake2b
{
    public const int HashSize = 32;
    private const int BlockSize = 128;

    private static ReadOnlySpan<ulong> Iv =>
        [
            0x6A09E667F3BCC908,
            0xBB67AE8584CAA73B,
            0x3C6EF372FE94F82B,
            0xA54FF53A5F1D36F1,
            0x510E527FADE682D1,
            0x9B05688C2B3E6C1F,
            0x1F83D9ABFB41BD6B,
            0x5BE0CD19137E2179,
        ];

    private static ReadOnlySpan<byte> Sigma =>
        [
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            14,
            10,
            4,
            8,
            9,
            15,
            13,
            6,
            1,
            12,
            0,
            2,
            11,
            7,
            5,
            3,
            11,
            8,
            12,
            0,
            5,
            2,
            15,
            13,
            10,
            14,
            3,
            6,
            7,
            1,
            9,
            4,
            7,
            9,
            3,
            1,
            13,
            12,
            11,
            14,
            2,
            6,
            5,
            10,
            4,
            0,
            15,
            8,
            9,
            0,
            5,
            7,
            2,
            4,
            10,
            15,
            14,
            1,
            11,
            12,
            6,
            8,
            3,
            13,
            2,
            12,
            6,
            10,
            0,
            11,
            8,
            3,
            4,
            13,
            7,
            5,
            15,
            14,
            1,
            9,
            12,
            5,
            1,
            15,
            14,
            13,
            4,
            10,
            0,
            7,
            6,
            3,
            9,
            2,
            8,
            11,
            13,
            11,
            7,
            14,
            12,
            1,
            3,
            9,
            5,
            0,
            15,
            4,
            8,
            6,
            2,
            10,
            6,
            15,
            14,
            9,
            11,
            3,
            0,
            8,
            12,
            2,
            13,
            7,
            1,
            4,
            10,
            5,
            10,
            2,
            8,
            4,
            7,
            6,
            1,
            5,
            15,
            11,
            9,
            14,
            3,
            12,
            13,
            0,
        ];

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<ulong> h = stackalloc ulong[8];
        Iv.CopyTo(h);
        h[0] ^= 0x01010000 ^ HashSize;

        Span<ulong> m = stackalloc ulong[16];
        var counter = 0UL;
        while (data.Length > BlockSize)
        {
            counter += BlockSize;
            Load(data[..BlockSize], m);
            Compress(h, m, counter, last: false);
            data = data[BlockSize..];
        }

        Span<byte> block = stackalloc byte[BlockSize];
        block.Clear();
        data.CopyTo(block);
        Load(block, m);
        Compress(h, m, counter + (ulong)data.Length, last: true);

        for (var i = 0; i < HashSize / 8; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(i * 8)..], h[i]);
    }

    /// <summary>The hash as 64 lower-case hexadecimal digits.</summary>
    public static string HashHex(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[HashSize];
        Hash(data, hash);
        return Convert.ToHexStringLower(hash);
    }

    private static void Load(ReadOnlySpan<byte> block, Span<ulong> m)
    {
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.Cast<byte, ulong>(block)[..16].CopyTo(m);
        else
            for (var i = 0; i < 16; i++)
                m[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(i * 8)..]);
    }

    private static void Compress(Span<ulong> h, ReadOnlySpan<ulong> m, ulong counter, bool last)
    {
        ulong v0 = h[0],
            v1 = h[1],
            v2 = h[2],
            v3 = h[3],
            v4 = h[4],
            v5 = h[5],
            v6 = h[6],
            v7 = h[7];
        ulong v8 = Iv[0],
            v9 = Iv[1],
            v10 = Iv[2],
            v11 = Iv[3],
            v12 = Iv[4] ^ counter,
            v13 = Iv[5],
            v14 = last ? ~Iv[6] : Iv[6],
            v15 = Iv[7];
        for (var round = 0; round < 12; round++)
        {
            var s = Sigma.Slice(round % 10 * 16, 16);
            Mix(ref v0, ref v4, ref v8, ref v12, m[s[0]], m[s[1]]);
            Mix(ref v1, ref v5, ref v9, ref v13, m[s[2]], m[s[3]]);
            Mix(ref v2, ref v6, ref v10, ref v14, m[s[4]], m[s[5]]);
            Mix(ref v3, ref v7, ref v11, ref v15, m[s[6]], m[s[7]]);
            Mix(ref v0, ref v5, ref v10, ref v15, m[s[8]], m[s[9]]);
            Mix(ref v1, ref v6, ref v11, ref v12, m[s[10]], m[s[11]]);
            Mix(ref v2, ref v7, ref v8, ref v13, m[s[12]], m[s[13]]);
            Mix(ref v3, ref v4, ref v9, ref v14, m[s[14]], m[s[15]]);
        }

        h[0] ^= v0 ^ v8;
        h[1] ^= v1 ^ v9;
        h[2] ^= v2 ^ v10;
        h[3] ^= v3 ^ v11;
        h[4] ^= v4 ^ v12;
        h[5] ^= v5 ^ v13;
        h[6] ^= v6 ^ v14;
        h[7] ^= v7 ^ v15;
    }

    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
