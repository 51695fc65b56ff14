/* Structures are packed to 8 from here on, until poppack.h. */
#pragma pack(push, 8)
